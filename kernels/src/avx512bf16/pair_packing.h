#pragma once

#include <cstddef>

#include "floats/transpose.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

inline constexpr int kPairChunk = 32;    // elements of a row that are turned around at a time
inline constexpr int kMaxPairRows = 32;  // rows of one call

// to[p·toStride + r] = the pair (from[r][2p], from[r][2p + 1])·factor, rounded, for r < rows, p < ceil(n / 2). The
// second half of an odd row's last pair is zero. Other elements of `to` are left alone.
template <class S>
void transposePairs(const float* from, std::ptrdiff_t fromStride, int rows, int n, float factor, float* to,
                    std::ptrdiff_t toStride) {
    constexpr int L = S::kLanes;
    constexpr int kChunkPairs = kPairChunk / 2;
    alignas(64) float chunk[kMaxPairRows][kChunkPairs];
    const auto scale = S::set(factor);
    for (int first = 0; first < n; first += kPairChunk, to += kChunkPairs * toStride) {
        const int valid = n - first < kPairChunk ? n - first : kPairChunk;
        const int low = valid < L ? valid : L, high = valid - low;
        for (int r = 0; r < rows; ++r) {
            const float* row = from + r * fromStride + first;
            S::storeHalf(chunk[r], S::toBf16(S::mul(S::loadPartial(row, low), scale)));
            S::storeHalf(chunk[r] + L / 2, S::toBf16(S::mul(S::loadPartial(row + low, high), scale)));
        }
        transpose<S>(chunk[0], kChunkPairs, rows, (valid + 1) / 2, to, toStride);
    }
}

}  // namespace penjing::kernels
