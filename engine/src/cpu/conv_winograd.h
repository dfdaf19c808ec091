#pragma once

#include <cstddef>

#include "ops/ops.h"
#include "penjing/kernels/float.h"

namespace penjing {

// Whether a convolution takes Winograd's products: by default where they are quicker than direct ones, never in the
// accurate mode, nor where the default multiplies bfloat16.
bool winogradPays(const ConvArgs& args, const kernels::FloatKernels& floats);

// The multiply-adds that a convolution makes over those of a direct one.
double madeOfDirect(const ConvArgs& args, const kernels::FloatKernels& floats);

// The scratch of a Winograd convolution of at most `channels` to as many channels, in bytes, at most.
std::size_t winogradScratchBytes(int channels, int threads);

}  // namespace penjing
