#pragma once

#include "ops/ops.h"

namespace penjing {

// GroupNorm's factor and offset of every channel of group g, from the sums over its `count` values.
void foldGroupMoments(double sum, double sumOfSquares, double count, int g, int channels, const GroupNormArgs& args,
                      float* scale, float* shift);

// The same for all groups, from sums per channel (Ops::addChannelSums) over `pixels`; scale and shift are [channels].
void foldChannelSums(const double* sums, const double* sumsOfSquares, double pixels, int channels,
                     const GroupNormArgs& args, float* scale, float* shift);

}  // namespace penjing
