#pragma once

#include "penjing/kernels/linear.h"

namespace penjing::kernels {

// The linears of avx512: int8 does the bulk, and dense weights meet float activations, of which one bfloat16 dot
// product would keep 8 of 24 bits; splitting them in two costs what float FMA costs.
extern const LinearKernels kAvx512Bf16Linear;

}  // namespace penjing::kernels
