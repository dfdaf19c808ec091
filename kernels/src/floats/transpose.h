#pragma once

#include <cstddef>

#include "simd/force_inline.h"

namespace penjing::kernels {

// to[c·toStride + r] = from[r·fromStride + c] for r < rows, c < columns; other elements of `to` are left alone.
template <class S>
void transpose(const float* from, std::ptrdiff_t fromStride, int rows, int columns, float* to,
               std::ptrdiff_t toStride) {
    constexpr int B = S::kBlock;
    const int wholeRows = rows / B * B, wholeColumns = columns / B * B;
    for (int r = 0; r < wholeRows; r += B)
        for (int c = 0; c < wholeColumns; c += B)
            S::transposeBlock(from + r * fromStride + c, fromStride, to + c * toStride + r, toStride);
    for (int r = 0; r < rows; ++r)
        for (int c = r < wholeRows ? wholeColumns : 0; c < columns; ++c)
            to[c * toStride + r] = from[r * fromStride + c];
}

// Zeros columns [first, width) of a matrix that is `width` wide.
PENJING_INLINE void clearColumns(float* p, int rows, int width, int first) {
    for (int r = 0; r < rows; ++r)
        for (int c = first; c < width; ++c) p[r * width + c] = 0.0f;
}

}  // namespace penjing::kernels
