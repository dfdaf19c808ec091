#pragma once

#include "ops/tensor_view.h"
#include "penjing/image.h"

namespace penjing {

// [H, W, 3] with -1…1 to 8 bits: clamp(v / 2 + 0.5, 0, 1)·255, rounded to nearest, ties to even as the reference does.
Image toPixels(const Image2d& rgb);

}  // namespace penjing
