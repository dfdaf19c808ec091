#include "avx512/intrinsics.h"

#include "avx512/linear_kernels.h"
#include "avx512/tile_asm.h"
#include "linear_layout.h"

namespace penjing::kernels::avx512 {
namespace {

alignas(64) constexpr std::int32_t kNoStart[16] = {};
alignas(64) constexpr float kNoFloatStart[16] = {};

template <int Rows, int Planes>
void runStep(const VnniStep& step) {
    static_assert(Rows == 1 || Rows == 4 || Rows == 8 || Rows == 12);
    if constexpr (Planes == 1) {
        if constexpr (Rows == 1) {
            PENJING_INT8_STEP(PENJING_ROWS_1, step);
        } else if constexpr (Rows == 4) {
            PENJING_INT8_STEP(PENJING_ROWS_4, step);
        } else if constexpr (Rows == 8) {
            PENJING_INT8_STEP(PENJING_ROWS_8, step);
        } else {
            PENJING_INT8_STEP(PENJING_ROWS_12, step);
        }
    } else {
        if constexpr (Rows == 1) {
            PENJING_INT15_STEP(PENJING_ROWS_1, step);
        } else if constexpr (Rows == 4) {
            PENJING_INT15_STEP(PENJING_ROWS_4, step);
        } else if constexpr (Rows == 8) {
            PENJING_INT15_STEP(PENJING_ROWS_8, step);
        } else {
            PENJING_INT15_STEP(PENJING_ROWS_12, step);
        }
    }
}

void prefetchLines(const std::byte* from, int lines) {
    for (int i = 0; i < lines; ++i) {
        _mm_prefetch(reinterpret_cast<const char*>(from) + 64 * i, _MM_HINT_T1);
    }
}

void clearResults(float* results, int rows) {
    for (int i = 0; i < rows * kTileChannels / 16; ++i) {
        _mm512_store_ps(results + 16 * i, _mm512_setzero_ps());
    }
}

// results = Σ offset · (scale · Σ codes of the row) over the half groups: q4's offsets never meet the codes.
template <int Rows, int Planes>
void startWithOffsets(const PanelProduct& product) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    constexpr int kRowsAtOnce = Rows < 4 ? Rows : 4;
    for (int first = 0; first < Rows; first += kRowsAtOnce) {
        __m512 sums[kRowsAtOnce][2];
        for (auto& row : sums) {
            row[0] = row[1] = _mm512_setzero_ps();
        }
        for (int i = 0; i < 2 * product.groups; ++i) {
            const int half = i % 2;
            const std::byte* group = product.activations + static_cast<std::ptrdiff_t>(i / 2) * Layout::kBytes;
            const auto* halfSums = reinterpret_cast<const float*>(group + Layout::kHalfSums) + half * kRowBlock + first;
            const std::byte* panel = product.panels + static_cast<std::ptrdiff_t>(i / 2) * kQ4PanelBytes;
            const auto* offsets = reinterpret_cast<const float*>(panel + kPanelCodeBytes) + (2 + half) * kTileChannels;
            for (int r = 0; r < kRowsAtOnce; ++r) {
                const __m512 x = _mm512_set1_ps(halfSums[r]);
                sums[r][0] = _mm512_fmadd_ps(_mm512_load_ps(offsets), x, sums[r][0]);
                sums[r][1] = _mm512_fmadd_ps(_mm512_load_ps(offsets + 16), x, sums[r][1]);
            }
        }
        for (int r = 0; r < kRowsAtOnce; ++r) {
            _mm512_store_ps(product.results + (first + r) * kTileChannels, sums[r][0]);
            _mm512_store_ps(product.results + (first + r) * kTileChannels + 16, sums[r][1]);
        }
    }
}

template <int Rows, int Planes>
void multiplyQ4(const PanelProduct& product) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    constexpr int kHalfCodes = kPanelCodeBytes / 2;
    constexpr int kHalfX = kGroupSize / 2 * kRowBlock;
    startWithOffsets<Rows, Planes>(product);
    for (int i = 0; i < 2 * product.groups; ++i) {
        const int half = i % 2;
        const std::byte* group = product.activations + static_cast<std::ptrdiff_t>(i / 2) * Layout::kBytes;
        const std::byte* panel = product.panels + static_cast<std::ptrdiff_t>(i / 2) * kQ4PanelBytes;
        const auto* codes = reinterpret_cast<const std::uint8_t*>(panel) + half * kHalfCodes;
        prefetchLines(product.ahead + static_cast<std::ptrdiff_t>(i / 2) * product.aheadLines * 64,
                      half == 0 ? product.aheadLines : 0);
        runStep<Rows, Planes>({
            .codes = codes,
            .codesEnd = codes + kHalfCodes,
            .x = group + half * kHalfX,
            .xLow = group + Layout::kLowCodes + half * kHalfX,
            .floatStart = kNoFloatStart,
            .start = kNoStart,
            .weightScales = reinterpret_cast<const float*>(panel + kPanelCodeBytes) + half * kTileChannels,
            .xScales = reinterpret_cast<const float*>(group + Layout::kScales),
            .results = product.results,
        });
    }
}

// Σ (code − Zero) x = Σ code · x − Zero · Σ x: the sums start at the second term.
template <int Rows, int Planes, int Zero>
void multiplyZeroPoint(const PanelProduct& product) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    clearResults(product.results, Rows);
    alignas(64) std::int32_t start[16];
    alignas(64) float floatStart[16];
    for (int g = 0; g < product.groups; ++g) {
        const std::byte* group = product.activations + static_cast<std::ptrdiff_t>(g) * Layout::kBytes;
        const std::byte* panel = product.panels + static_cast<std::ptrdiff_t>(g) * kPanelBytes;
        const auto* codes = reinterpret_cast<const std::uint8_t*>(panel);
        constexpr __mmask16 kRows = (1u << kRowBlock) - 1;
        const __m512i sums = _mm512_maskz_loadu_epi32(kRows, group + Layout::kNegativeSums);
        const __m512i starts = _mm512_mullo_epi32(sums, _mm512_set1_epi32(Zero));
        if constexpr (Planes == 1) {
            _mm512_store_ps(floatStart, _mm512_cvtepi32_ps(starts));
        } else {
            _mm512_store_si512(start, starts);
        }
        prefetchLines(product.ahead + static_cast<std::ptrdiff_t>(g) * product.aheadLines * 64, product.aheadLines);
        runStep<Rows, Planes>({
            .codes = codes,
            .codesEnd = codes + kPanelCodeBytes,
            .x = group,
            .xLow = group + Layout::kLowCodes,
            .floatStart = floatStart,
            .start = start,
            .weightScales = reinterpret_cast<const float*>(panel + kPanelCodeBytes),
            .xScales = reinterpret_cast<const float*>(group + Layout::kScales),
            .results = product.results,
        });
    }
}

template <int Rows, int Planes>
void multiplyRows(const PanelProduct& product) {
    switch (product.format) {
        case CodeFormat::T3:
        case CodeFormat::B1:
            return multiplyZeroPoint<Rows, Planes, 1>(product);
        case CodeFormat::Q8:
            return multiplyZeroPoint<Rows, Planes, 128>(product);
        case CodeFormat::Q4:
            return multiplyQ4<Rows, Planes>(product);
    }
}

// Rows are filled up with zeros to the next size that there is a loop for.
template <int Planes>
void multiplyPlanes(const PanelProduct& product) {
    if (product.rows > 8) {
        multiplyRows<12, Planes>(product);
    } else if (product.rows > 4) {
        multiplyRows<8, Planes>(product);
    } else if (product.rows > 1) {
        multiplyRows<4, Planes>(product);
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

}  // namespace penjing::kernels::avx512
