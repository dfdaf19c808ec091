#pragma once

#include "ops/tensor_view.h"

namespace penjing {

// The part of a weight that makes outputs [first, first + count). For tiled (low-bit) formats `first` must be a
// multiple of 32, the height of a tile; graphs split fused projections at multiples of their hidden width only, which
// low-bit inputs already require to be a multiple of 128.
Weight weightRows(const Weight& weight, int first, int count);

}  // namespace penjing
