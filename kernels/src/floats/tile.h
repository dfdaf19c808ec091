#pragma once

#include <cstddef>

#include "simd/force_inline.h"

namespace penjing::kernels {

// The register tile of all float matrix products: MR rows × NV vectors of columns stay in registers while k runs. Rows
// come in by broadcast, columns as whole vectors. MR·NV + NV + 1 registers must exist: more and the compiler spills.
template <class S, int MR, int NV>
struct Tile {
    using Float = typename S::Float;
    static constexpr int L = S::kLanes;
    Float c[MR][NV];

    PENJING_INLINE void clear() {
        PENJING_UNROLL(16)
        for (int r = 0; r < MR; ++r) PENJING_UNROLL(2) for (int v = 0; v < NV; ++v) c[r][v] = S::zero();
    }

    // c[r][·] += Σ_i a[r·RowStep + i·DepthStep] · b[i·NV·L + ·]; every element adds its terms in the order of i.
    template <int RowStep, int DepthStep>
    PENJING_INLINE void accumulate(const float* a, const float* b, int depth) {
        for (int i = 0; i < depth; ++i) {
            Float column[NV];
            PENJING_UNROLL(2) for (int v = 0; v < NV; ++v) column[v] = S::load(b + v * L);
            PENJING_UNROLL(16) for (int r = 0; r < MR; ++r) {
                const Float row = S::set(a[r * RowStep]);
                PENJING_UNROLL(2) for (int v = 0; v < NV; ++v) c[r][v] = S::fma(row, column[v], c[r][v]);
            }
            a += DepthStep;
            b += NV * L;
        }
    }

    PENJING_INLINE void load(const float* p, std::ptrdiff_t stride) {
        PENJING_UNROLL(16)
        for (int r = 0; r < MR; ++r)
            PENJING_UNROLL(2) for (int v = 0; v < NV; ++v) c[r][v] = S::load(p + r * stride + v * L);
    }
    PENJING_INLINE void store(float* p, std::ptrdiff_t stride) const {
        PENJING_UNROLL(16)
        for (int r = 0; r < MR; ++r)
            PENJING_UNROLL(2) for (int v = 0; v < NV; ++v) S::store(p + r * stride + v * L, c[r][v]);
    }
};

// Rows of the tile that is NV vectors wide. Sixteen registers (AVX2, SSE2) hold 6×2, thirty-two hold more; 8 and 16
// divide the usual image widths and query tiles.
template <class S, int NV>
inline constexpr int kTileRows = S::kLanes == 16 ? (NV == 1 ? 16 : 8) : (NV == 1 ? 8 : 6);

}  // namespace penjing::kernels
