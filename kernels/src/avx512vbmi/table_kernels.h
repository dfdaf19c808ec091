#pragma once

#include "avx512/linear_kernels.h"
#include "penjing/kernels/tables.h"

// Products by table lookup on AVX-512 with VBMI. Only `multiply` needs the instruction of VBMI; it is in
// table_multiply.h.
namespace penjing::kernels::avx512vbmi {

using avx512::kRowBlock;

void quantize(const float* x, std::ptrdiff_t stride, int rows, int k, std::byte* block);
void decode(CodeFormat format, const std::byte* tiles, int count, std::byte* panels);

}  // namespace penjing::kernels::avx512vbmi
