#include <immintrin.h>

#include <cstring>

#include "avx2/linear_kernels.h"
#include "avx2/panel_multiply.h"
#include "avx2/tile_asm.h"

namespace penjing::kernels::avx2 {
namespace {

// How codes meet activations without exceeding 16 bits on the way.
// Small: a pair of products is at most 512, the 32 quads of a group 16384.
// Nibble: a pair is at most 3840, eight quads 30720.
// Signed: |x| times the code with the sign of x: a pair is at most 32512, so every quad is widened at once.

template <int Rows>
using Sums = __m256i[Rows][2];

__m256i load(const std::uint8_t* p) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(p));
}

__m256i broadcastQuad(const std::int8_t* x) {
    std::int32_t quad;
    std::memcpy(&quad, x, 4);
    return _mm256_set1_epi32(quad);
}

template <int Rows>
void addShortDots(const std::uint8_t* codes, const std::int8_t* x, int quads, Sums<Rows>& sums) {
    static_assert(Rows == 1 || Rows == 3 || Rows == 6);
    alignas(32) std::int16_t shorts[Rows][2][16];
    if constexpr (Rows == 1) {
        PENJING_SHORT_DOTS(PENJING_ROWS_1, codes, x, quads, shorts);
    } else if constexpr (Rows == 3) {
        PENJING_SHORT_DOTS(PENJING_ROWS_3, codes, x, quads, shorts);
    } else {
        PENJING_SHORT_DOTS(PENJING_ROWS_6, codes, x, quads, shorts);
    }
    const __m256i ones = _mm256_set1_epi16(1);
    for (int r = 0; r < Rows; ++r) {
        for (int half = 0; half < 2; ++half) {
            const __m256i pairs = _mm256_load_si256(reinterpret_cast<const __m256i*>(shorts[r][half]));
            sums[r][half] = _mm256_add_epi32(sums[r][half], _mm256_madd_epi16(pairs, ones));
        }
    }
}

template <int Rows>
void addSignedDots(const std::uint8_t* codes, const std::int8_t* x, int quads, Sums<Rows>& sums) {
    const __m256i ones = _mm256_set1_epi16(1);
    for (int q = 0; q < quads; ++q) {
        const __m256i w0 = load(codes);
        const __m256i w1 = load(codes + 32);
#pragma GCC unroll 6
        for (int r = 0; r < Rows; ++r) {
            const __m256i quad = broadcastQuad(x + 4 * r);
            const __m256i magnitude = _mm256_abs_epi8(quad);
            const __m256i pairs0 = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(w0, quad));
            const __m256i pairs1 = _mm256_maddubs_epi16(magnitude, _mm256_sign_epi8(w1, quad));
            sums[r][0] = _mm256_add_epi32(sums[r][0], _mm256_madd_epi16(pairs0, ones));
            sums[r][1] = _mm256_add_epi32(sums[r][1], _mm256_madd_epi16(pairs1, ones));
        }
        codes += kTileChannels * 4;
        x += 4 * kRowBlock;
    }
}

template <Codes Kind, int Rows>
void addDots(const std::uint8_t* codes, const std::int8_t* x, int quads, Sums<Rows>& sums) {
    if constexpr (Kind == Codes::Signed) {
        addSignedDots<Rows>(codes, x, quads, sums);
    } else {
        constexpr int kQuadsAtOnce = Kind == Codes::Small ? kQuads : 8;
        for (int q = 0; q < quads; q += kQuadsAtOnce) {
            addShortDots<Rows>(codes + q * kTileChannels * 4, x + q * 4 * kRowBlock, kQuadsAtOnce, sums);
        }
    }
}

template <int Rows>
void runShortStep(const PanelStep& step) {
    static_assert(Rows == 1 || Rows == 3 || Rows == 6);
    if constexpr (Rows == 1) {
        PENJING_SHORT_STEP(PENJING_ROWS_1, step);
    } else if constexpr (Rows == 3) {
        PENJING_SHORT_STEP(PENJING_ROWS_3, step);
    } else {
        PENJING_SHORT_STEP(PENJING_ROWS_6, step);
    }
}

template <Codes Kind, int Rows, int Planes>
void runStep(const PanelStep& step) {
    if constexpr (Kind == Codes::Small && Planes == 1) {
        return runShortStep<Rows>(step);
    }
    Sums<Rows> sums;
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r) {
        sums[r][0] = sums[r][1] = _mm256_setzero_si256();
    }
    addDots<Kind, Rows>(step.codes, step.x, step.quads, sums);
    if constexpr (Planes == 2) {
#pragma GCC unroll 6
        for (int r = 0; r < Rows; ++r) {
            sums[r][0] = _mm256_slli_epi32(sums[r][0], 8);
            sums[r][1] = _mm256_slli_epi32(sums[r][1], 8);
        }
        addDots<Kind, Rows>(step.codes, step.xLow, step.quads, sums);
    }
    const __m256 w0 = _mm256_loadu_ps(step.weightScales);
    const __m256 w1 = _mm256_loadu_ps(step.weightScales + 8);
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r) {
        const __m256i start = _mm256_set1_epi32(step.start[r]);
        const __m256 xScale = _mm256_set1_ps(step.xScales[r]);
        float* to = step.results + r * kTileChannels;
        const __m256 sum0 = _mm256_cvtepi32_ps(_mm256_add_epi32(sums[r][0], start));
        const __m256 sum1 = _mm256_cvtepi32_ps(_mm256_add_epi32(sums[r][1], start));
        _mm256_store_ps(to, _mm256_fmadd_ps(sum0, _mm256_mul_ps(w0, xScale), _mm256_load_ps(to)));
        _mm256_store_ps(to + 8, _mm256_fmadd_ps(sum1, _mm256_mul_ps(w1, xScale), _mm256_load_ps(to + 8)));
    }
}

struct ShortDots {
    static constexpr Codes kQ8 = Codes::Signed;

    template <Codes Kind, int Rows, int Planes>
    static void run(const PanelStep& step) {
        runStep<Kind, Rows, Planes>(step);
    }
};

}  // namespace

void multiply(const PanelProduct& product) {
    PanelMultiply<ShortDots>::multiply(product);
}

}  // namespace penjing::kernels::avx2
