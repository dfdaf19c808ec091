#pragma once

#include <cstddef>

#include "floats/tile.h"
#include "pairs/pair_dots.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

// sums[r][·] = start[r][·] + Σ over lines, pairs and the two halves of a pair of x · columns. How far apart rows and
// pairs of x are is in the type `Rows`. Rows of x, start and sums are read and written in fours.
struct PairProduct {
    const float* x;             // first pair of row 0
    std::ptrdiff_t lineStride;  // floats from one line of x to the next
    int lines;
    int pairs;                   // of a line
    const float* columns;        // [lines][pairs][NV·16 pairs]
    const float* start;          // rows of NV·16
    std::ptrdiff_t startStride;  // floats between them; 0: one for all
    float* sums;                 // may be start
    std::ptrdiff_t sumStride;    // floats
};

// The register tile of products of bfloat16 pairs: up to 12 rows × NV vectors of columns, as floats/tile.h has it, with
// dot products in the place of multiply-adds. S is a PairVectors; Rows::kRowStep and Rows::kPairStep are floats.
template <class S, int NV, class Rows>
struct PairTile {
    // `rows`: 1…12.
    static void multiplyAdd(const PairProduct& product, int rows) { runPairTile<PairTile>(product, rows); }

    template <int MR>
    __attribute__((noinline)) static void run(const PairProduct& p) {
        Tile<PairDots<S>, MR, NV> tile;
        tile.load(p.start, p.startStride);
        const float* x = p.x;
        const float* columns = p.columns;
        for (int line = 0; line < p.lines; ++line) {
            tile.template accumulate<Rows::kRowStep, Rows::kPairStep>(x, columns, p.pairs);
            x += p.lineStride;
            columns += static_cast<std::ptrdiff_t>(p.pairs) * NV * S::kLanes;
        }
        tile.store(p.sums, p.sumStride);
    }
};

}  // namespace penjing::kernels
