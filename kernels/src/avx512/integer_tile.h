#pragma once

#include <cstddef>

#include "floats/tile.h"
#include "pairs/pair_dots.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

// sums[r][·] = start[r][·] + rowScales[r] · columnScales[·] · Σ over pairs and their two halves of x · columns. How far
// apart rows and pairs of x are is in the type `Rows`. Rows of x, rowScales, start and sums are read and written in
// fours.
struct IntegerProduct {
    const float* x;        // first pair of row 0
    int pairs;             // ≤ 64 of codes up to ±4095: more could overflow
    const float* columns;  // [pairs][NV·16 pairs]
    const float* rowScales;
    const float* columnScales;   // [NV·16]
    const float* start;          // rows of NV·16
    std::ptrdiff_t startStride;  // floats between them; 0: one for all
    float* sums;                 // may be start
    std::ptrdiff_t sumStride;    // floats
};

// The register tile of products of integer pairs: up to 12 rows × NV vectors of int32 sums. S has dot and toFloat;
// Rows::kRowStep and Rows::kPairStep are floats.
template <class S, int NV, class Rows>
struct IntegerTile {
    // `rows`: 1…12.
    static void multiplyAdd(const IntegerProduct& product, int rows) { runPairTile<IntegerTile>(product, rows); }

    template <int MR>
    __attribute__((noinline)) static void run(const IntegerProduct& p) {
        constexpr int L = S::kLanes;
        Tile<PairDots<S>, MR, NV> tile;
        tile.clear();
        tile.template accumulate<Rows::kRowStep, Rows::kPairStep>(p.x, p.columns, p.pairs);
        typename S::Float columnScale[NV];
        PENJING_UNROLL(2) for (int v = 0; v < NV; ++v) columnScale[v] = S::load(p.columnScales + v * L);
        const float* rowScales = p.rowScales;
        const float* start = p.start;
        float* sums = p.sums;
        const std::ptrdiff_t startStride = p.startStride, sumStride = p.sumStride;
        PENJING_UNROLL(16) for (int r = 0; r < MR; ++r) {
            const auto rowScale = S::set(rowScales[r]);
            PENJING_UNROLL(2) for (int v = 0; v < NV; ++v) {
                const auto scale = S::mul(rowScale, columnScale[v]);
                S::store(sums + v * L, S::fma(S::toFloat(tile.c[r][v]), scale, S::load(start + v * L)));
            }
            start += startStride;
            sums += sumStride;
        }
    }
};

}  // namespace penjing::kernels
