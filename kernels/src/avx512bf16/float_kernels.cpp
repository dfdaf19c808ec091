#include "avx512bf16/float_kernels.h"

#include "floats/table.h"
#include "simd/avx512.h"

namespace penjing::kernels {
namespace {

// A type of its own, so that no function of the AVX-512 F set is compiled twice under one name with different flags.
struct Avx512WithBf16 : Avx512 {};

}  // namespace

constinit const FloatKernels kAvx512Bf16Float = floatKernelTable<Avx512WithBf16>();

}  // namespace penjing::kernels
