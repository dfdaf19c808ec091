#include <immintrin.h>

#include <cstring>

#include "avx2/linear_kernels.h"
#include "avx2/tile_asm.h"
#include "linear_layout.h"

namespace penjing::kernels::avx2 {
namespace {

constexpr int kHalfChannels = kTileChannels / 2;  // two registers of eight
constexpr int kQuadBytes = kTileChannels * 4;     // of a panel

// How codes meet activations without exceeding 16 bits on the way. x is in −128…127.
// Small: codes 0…2. A pair of products is at most 512, the 32 quads of a group 16384.
// Nibble: codes 0…15. A pair is at most 3840, eight quads 30720.
// Signed: codes −127…127 after decoding. |x| times the code with the sign of x: a pair is at most 32512, so every quad
// is widened at once.
enum class Codes { Small, Nibble, Signed };

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
        codes += kQuadBytes;
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
            addShortDots<Rows>(codes + q * kQuadBytes, x + q * 4 * kRowBlock, kQuadsAtOnce, sums);
        }
    }
}

// Rows × 16 channels over a number of quads, then results += float(sums) · (weight scale · activation scale).
struct Step {
    const std::uint8_t* codes;
    const std::int8_t* x;     // of Int15 the high plane
    const std::int8_t* xLow;  // of Int15
    int quads;
    const std::int32_t* start;  // [rows] or null
    const float* weightScales;  // [16]
    const float* xScales;       // [rows]
    float* results;             // [rows][32]
};

template <int Rows>
void runShortGroup(const Step& step) {
    static_assert(Rows == 1 || Rows == 3 || Rows == 6);
    if constexpr (Rows == 1) {
        PENJING_SHORT_GROUP(PENJING_ROWS_1, step);
    } else if constexpr (Rows == 3) {
        PENJING_SHORT_GROUP(PENJING_ROWS_3, step);
    } else {
        PENJING_SHORT_GROUP(PENJING_ROWS_6, step);
    }
}

template <Codes Kind, int Rows, int Planes>
void runStep(const Step& step) {
    if constexpr (Kind == Codes::Small && Planes == 1) {
        return runShortGroup<Rows>(step);
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
        const __m256i start = _mm256_set1_epi32(step.start == nullptr ? 0 : step.start[r]);
        const __m256 xScale = _mm256_set1_ps(step.xScales[r]);
        float* to = step.results + r * kTileChannels;
        const __m256 sum0 = _mm256_cvtepi32_ps(_mm256_add_epi32(sums[r][0], start));
        const __m256 sum1 = _mm256_cvtepi32_ps(_mm256_add_epi32(sums[r][1], start));
        _mm256_store_ps(to, _mm256_fmadd_ps(sum0, _mm256_mul_ps(w0, xScale), _mm256_load_ps(to)));
        _mm256_store_ps(to + 8, _mm256_fmadd_ps(sum1, _mm256_mul_ps(w1, xScale), _mm256_load_ps(to + 8)));
    }
}

// results[r] += offsets · (scale · Σ codes of row r), q4 only.
template <int Rows>
void addOffsets(const float* offsets, const float* halfSums, float* results) {
    for (int r = 0; r < Rows; ++r) {
        const __m256 x = _mm256_set1_ps(halfSums[r]);
        for (int c = 0; c < kHalfChannels; c += 8) {
            float* to = results + r * kTileChannels + c;
            _mm256_store_ps(to, _mm256_fmadd_ps(_mm256_loadu_ps(offsets + c), x, _mm256_load_ps(to)));
        }
    }
}

template <int Rows, int Planes>
void multiplyQ4(const PanelProduct& product, int firstRow, int firstChannel) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    constexpr int kHalfQuads = kQuads / 2;
    float* results = product.results + firstRow * kTileChannels + firstChannel;
    for (int i = 0; i < 2 * product.groups; ++i) {
        const int half = i % 2;
        const std::byte* group = product.activations + static_cast<std::ptrdiff_t>(i / 2) * Layout::kBytes;
        const std::byte* panel = product.panels + static_cast<std::ptrdiff_t>(i / 2) * kQ4PanelBytes;
        const auto* scales =
            reinterpret_cast<const float*>(panel + kPanelCodeBytes) + half * kTileChannels + firstChannel;
        const auto* x = reinterpret_cast<const std::int8_t*>(group) + (half * kHalfQuads * kRowBlock + firstRow) * 4;
        runStep<Codes::Nibble, Rows, Planes>({
            .codes = reinterpret_cast<const std::uint8_t*>(panel) + half * kHalfQuads * kQuadBytes + 4 * firstChannel,
            .x = x,
            .xLow = x + Layout::kLowCodes,
            .quads = kHalfQuads,
            .start = nullptr,
            .weightScales = scales,
            .xScales = reinterpret_cast<const float*>(group + Layout::kScales) + firstRow,
            .results = results,
        });
        const auto* halfSums = reinterpret_cast<const float*>(group + Layout::kHalfSums) + half * kRowBlock + firstRow;
        addOffsets<Rows>(scales + 2 * kTileChannels, halfSums, results);
    }
}

// Small codes have the zero point 1: Σ (code − 1) x = Σ code · x − Σ x. Signed ones have none.
template <Codes Kind, int Rows, int Planes>
void multiplyGroups(const PanelProduct& product, int firstRow, int firstChannel) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    for (int g = 0; g < product.groups; ++g) {
        const std::byte* group = product.activations + static_cast<std::ptrdiff_t>(g) * Layout::kBytes;
        const std::byte* panel = product.panels + static_cast<std::ptrdiff_t>(g) * kPanelBytes;
        const auto* negativeSums = reinterpret_cast<const std::int32_t*>(group + Layout::kNegativeSums) + firstRow;
        const auto* x = reinterpret_cast<const std::int8_t*>(group) + 4 * firstRow;
        runStep<Kind, Rows, Planes>({
            .codes = reinterpret_cast<const std::uint8_t*>(panel) + 4 * firstChannel,
            .x = x,
            .xLow = x + Layout::kLowCodes,
            .quads = kQuads,
            .start = Kind == Codes::Small ? negativeSums : nullptr,
            .weightScales = reinterpret_cast<const float*>(panel + kPanelCodeBytes) + firstChannel,
            .xScales = reinterpret_cast<const float*>(group + Layout::kScales) + firstRow,
            .results = product.results + firstRow * kTileChannels + firstChannel,
        });
    }
}

template <int Rows, int Planes>
void multiplyRows(const PanelProduct& product) {
    std::memset(product.results, 0, sizeof(float) * Rows * kTileChannels);
    for (int channel = 0; channel < kTileChannels; channel += kHalfChannels) {
        switch (product.format) {
            case CodeFormat::T3:
            case CodeFormat::B1:
                multiplyGroups<Codes::Small, Rows, Planes>(product, 0, channel);
                break;
            case CodeFormat::Q4:
                multiplyQ4<Rows, Planes>(product, 0, channel);
                break;
            case CodeFormat::Q8:
                // Half the rows at a time: this product needs more registers for what is on the way.
                if constexpr (Rows == 6) {
                    multiplyGroups<Codes::Signed, 3, Planes>(product, 0, channel);
                    multiplyGroups<Codes::Signed, 3, Planes>(product, 3, channel);
                } else {
                    multiplyGroups<Codes::Signed, Rows, Planes>(product, 0, channel);
                }
                break;
        }
    }
}

// Rows are filled up with zeros to the next size that there is a loop for.
template <int Planes>
void multiplyPlanes(const PanelProduct& product) {
    if (product.rows > 3) {
        multiplyRows<6, Planes>(product);
    } else if (product.rows > 1) {
        multiplyRows<3, Planes>(product);
    } else {
        multiplyRows<1, Planes>(product);
    }
}

}  // namespace

void multiply(const PanelProduct& product) {
    if (product.bits == ActivationBits::Int15) {
        multiplyPlanes<2>(product);
    } else {
        multiplyPlanes<1>(product);
    }
}

}  // namespace penjing::kernels::avx2
