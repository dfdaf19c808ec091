#pragma once

#include "penjing/kernels/float.h"

namespace penjing::kernels {

// The AVX-512 F functions under a second name: no float operation uses the BF16 dot product yet.
extern const FloatKernels kAvx512Bf16Float;

}  // namespace penjing::kernels
