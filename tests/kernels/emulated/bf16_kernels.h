#pragma once

#include "penjing/kernels/float.h"

namespace penjing::kernels::test {

// The float table of avx512bf16 with its two bfloat16 instructions emulated, so that the code around them is tested on
// processors that lack them. Its functions need what the set avx512 needs.
extern const FloatKernels kEmulatedBf16Floats;

}  // namespace penjing::kernels::test
