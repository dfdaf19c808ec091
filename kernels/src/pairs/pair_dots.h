#pragma once

#include "simd/force_inline.h"

namespace penjing::kernels {

// S with dot products of pairs in the place of multiply-adds, for the register tile of floats/tile.h.
template <class S>
struct PairDots : S {
    using Float = typename S::Float;
    PENJING_INLINE static Float fma(Float row, Float column, Float sum) { return S::dot(row, column, sum); }
};

// PairTile::run<MR> with the smallest MR of 4, 8 and 12 that holds `rows` (1…12) rows. A sum takes its pairs in the
// same order in all of them. `run` must not be inlined: among other code g++ 12 does not keep the 24 accumulators in
// registers (the tests kernels.hot_loops and kernels.bf16_instructions look).
template <class PairTile, class Product>
void runPairTile(const Product& product, int rows) {
    if (rows > 8)
        PairTile::template run<12>(product);
    else if (rows > 4)
        PairTile::template run<8>(product);
    else
        PairTile::template run<4>(product);
}

}  // namespace penjing::kernels
