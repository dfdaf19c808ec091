#pragma once

#include "penjing/kernels/float.h"

namespace penjing::kernels {

// The AVX-512 F functions, and attention and convolution with bfloat16 dot products beside them.
extern const FloatKernels kAvx512Bf16Float;

}  // namespace penjing::kernels
