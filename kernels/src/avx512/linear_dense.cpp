#include "avx512/intrinsics.h"

#include "avx512/linear_kernels.h"
#include "avx512/tile_asm.h"
#include "linear_layout.h"

namespace penjing::kernels::avx512 {
namespace {

// 16 weights (or as many as the mask says) as floats, from element `index` on.
template <DenseFormat Format>
__m512 widen(const std::byte* weights, std::ptrdiff_t index, __mmask16 mask) {
    if constexpr (Format == DenseFormat::F32) {
        return _mm512_maskz_loadu_ps(mask, weights + 4 * index);
    } else {
        const __m256i halves = _mm256_maskz_loadu_epi16(mask, weights + 2 * index);
        if constexpr (Format == DenseFormat::F16) {
            return _mm512_cvtph_ps(halves);
        } else {
            return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
        }
    }
}

__mmask16 firstLanes(int count) {
    return count >= 16 ? __mmask16{0xffff} : static_cast<__mmask16>((1u << count) - 1);
}

// Columns of 16 channels: a panel row is gathered from a 16 × 16 block turned around in L1.
template <DenseFormat Format>
void decodeHalf(const std::byte* weights, std::ptrdiff_t stride, int channels, int k, float* panel) {
    alignas(64) float block[16][16];
    const __m512i column = _mm512_mullo_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                                              _mm512_set1_epi32(16));
    for (int first = 0; first < k; first += 16) {
        const int inputs = k - first < 16 ? k - first : 16;
        for (int c = 0; c < 16; ++c) {
            const __mmask16 mask = c < channels ? firstLanes(inputs) : __mmask16{0};
            _mm512_store_ps(block[c],
                            mask == 0 ? _mm512_setzero_ps() : widen<Format>(weights, c * stride + first, mask));
        }
        for (int i = 0; i < inputs; ++i) {
            _mm512_storeu_ps(panel + (first + i) * kTileChannels, _mm512_i32gather_ps(column, &block[0][i], 4));
        }
    }
}

template <DenseFormat Format>
void decodePanel(const std::byte* weights, std::ptrdiff_t stride, int channels, int k, float* panel) {
    decodeHalf<Format>(weights, stride, channels, k, panel);
    const std::ptrdiff_t second = 16 * stride * (Format == DenseFormat::F32 ? 4 : 2);
    decodeHalf<Format>(channels > 16 ? weights + second : weights, stride, channels - 16, k, panel + 16);
}

// Dot products of one row of x with `Channels` neighbouring rows of weights.
template <DenseFormat Format, int Channels>
void dotChannels(const std::byte* weights, int k, const float* x, float* results) {
    __m512 sums[Channels];
#pragma GCC unroll 4
    for (int c = 0; c < Channels; ++c) {
        sums[c] = _mm512_setzero_ps();
    }
    for (int i = 0; i < k; i += 16) {
        const __mmask16 mask = firstLanes(k - i);
        const __m512 xs = _mm512_maskz_loadu_ps(mask, x + i);
#pragma GCC unroll 4
        for (int c = 0; c < Channels; ++c) {
            sums[c] =
                _mm512_fmadd_ps(xs, widen<Format>(weights, static_cast<std::ptrdiff_t>(c) * k + i, mask), sums[c]);
        }
    }
#pragma GCC unroll 4
    for (int c = 0; c < Channels; ++c) {
        results[c] = _mm512_reduce_add_ps(sums[c]);
    }
}

// Four channels at a time come from memory for the first row and from the cache for the others.
template <DenseFormat Format>
void dotFormat(const std::byte* weights, int channels, int k, const float* x, std::ptrdiff_t xStride, int rows,
               float* results) {
    const std::ptrdiff_t channelBytes = static_cast<std::ptrdiff_t>(k) * (Format == DenseFormat::F32 ? 4 : 2);
    int c = 0;
    for (; c + 4 <= channels; c += 4) {
        for (int r = 0; r < rows; ++r) {
            dotChannels<Format, 4>(weights + c * channelBytes, k, x + r * xStride, results + r * kTileChannels + c);
        }
    }
    for (; c < channels; ++c) {
        for (int r = 0; r < rows; ++r) {
            dotChannels<Format, 1>(weights + c * channelBytes, k, x + r * xStride, results + r * kTileChannels + c);
        }
    }
}

}  // namespace

void decodeDense(DenseFormat format, const std::byte* weights, std::ptrdiff_t stride, int channels, int k,
                 float* panel) {
    switch (format) {
        case DenseFormat::BF16:
            return decodePanel<DenseFormat::BF16>(weights, stride, channels, k, panel);
        case DenseFormat::F16:
            return decodePanel<DenseFormat::F16>(weights, stride, channels, k, panel);
        case DenseFormat::F32:
            return decodePanel<DenseFormat::F32>(weights, stride, channels, k, panel);
    }
}

void multiplyDense(const float* block, const float* panel, int rows, int k, float* results) {
    const FmaStep step{.panel = panel,
                       .panelEnd = panel + static_cast<std::ptrdiff_t>(k) * kTileChannels,
                       .x = block,
                       .results = results};
    if (rows > 8) {
        PENJING_FMA_STEP(PENJING_ROWS_12, step);
    } else if (rows > 4) {
        PENJING_FMA_STEP(PENJING_ROWS_8, step);
    } else {
        PENJING_FMA_STEP(PENJING_ROWS_4, step);
    }
}

void dotDense(DenseFormat format, const std::byte* weights, int channels, int k, const float* x, std::ptrdiff_t xStride,
              int rows, float* results) {
    switch (format) {
        case DenseFormat::BF16:
            return dotFormat<DenseFormat::BF16>(weights, channels, k, x, xStride, rows, results);
        case DenseFormat::F16:
            return dotFormat<DenseFormat::F16>(weights, channels, k, x, xStride, rows, results);
        case DenseFormat::F32:
            return dotFormat<DenseFormat::F32>(weights, channels, k, x, xStride, rows, results);
    }
}

}  // namespace penjing::kernels::avx512
