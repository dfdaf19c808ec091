#pragma once

#include <cstddef>

#include "floats/transpose.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

inline constexpr int kPairChunk = 32;    // elements of a row that are turned around at a time
inline constexpr int kMaxPairRows = 32;  // rows of one call

// to[p·toStride + r] = the pair (from[r][2p], from[r][2p + 1])·factorOf(r), rounded, for r < rows, p < ceil(n / 2). The
// second half of an odd row's last pair is zero. Other elements of `to` are left alone.
template <class S, class FactorOf>
void transposePairs(const float* from, std::ptrdiff_t fromStride, int rows, int n, const FactorOf& factorOf, float* to,
                    std::ptrdiff_t toStride) {
    constexpr int L = S::kLanes;
    constexpr int kChunkPairs = kPairChunk / 2;
    alignas(64) float chunk[kMaxPairRows][kChunkPairs];
    for (int first = 0; first < n; first += kPairChunk, to += kChunkPairs * toStride) {
        const int valid = n - first < kPairChunk ? n - first : kPairChunk;
        const int low = valid < L ? valid : L, high = valid - low;
        for (int r = 0; r < rows; ++r) {
            const auto factor = S::set(factorOf(r));
            const float* row = from + r * fromStride + first;
            S::storeHalf(chunk[r], S::toHalf(S::mul(S::loadPartial(row, low), factor)));
            S::storeHalf(chunk[r] + L / 2, S::toHalf(S::mul(S::loadPartial(row + low, high), factor)));
        }
        transpose<S>(chunk[0], kChunkPairs, rows, (valid + 1) / 2, to, toStride);
    }
}

// The same with one factor for all rows.
template <class S>
void transposePairs(const float* from, std::ptrdiff_t fromStride, int rows, int n, float factor, float* to,
                    std::ptrdiff_t toStride) {
    transposePairs<S>(
        from, fromStride, rows, n, [factor](int) { return factor; }, to, toStride);
}

}  // namespace penjing::kernels
