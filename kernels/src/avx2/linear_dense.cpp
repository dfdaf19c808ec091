#include <immintrin.h>

#include <cstring>

#include "avx2/linear_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx2 {
namespace {

template <DenseFormat Format>
__m256 widen(const std::byte* weights) {
    if constexpr (Format == DenseFormat::F32) {
        return _mm256_loadu_ps(reinterpret_cast<const float*>(weights));
    } else {
        const __m128i halves = _mm_loadu_si128(reinterpret_cast<const __m128i*>(weights));
        if constexpr (Format == DenseFormat::F16) {
            return _mm256_cvtph_ps(halves);
        } else {
            return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
        }
    }
}

template <DenseFormat Format>
constexpr std::ptrdiff_t kElementBytes = Format == DenseFormat::F32 ? 4 : 2;

// The first `count` (1…7) of eight elements; the others are zero and not read.
template <DenseFormat Format>
__m256 widenSome(const std::byte* weights, int count) {
    std::byte padded[32] = {};
    std::memcpy(padded, weights, static_cast<std::size_t>(count * kElementBytes<Format>));
    return widen<Format>(padded);
}

template <DenseFormat Format>
__m256 widenUpTo8(const std::byte* weights, int count) {
    return count >= 8 ? widen<Format>(weights) : widenSome<Format>(weights, count);
}

template <DenseFormat Format>
void decodePanel(const std::byte* weights, std::ptrdiff_t stride, int channels, int k, float* panel) {
    alignas(32) float block[kTileChannels][8] = {};
    for (int first = 0; first < k; first += 8) {
        const int inputs = k - first < 8 ? k - first : 8;
        for (int c = 0; c < channels; ++c) {
            const std::byte* from = weights + (c * stride + first) * kElementBytes<Format>;
            _mm256_store_ps(block[c], widenUpTo8<Format>(from, inputs));
        }
        for (int i = 0; i < inputs; ++i) {
            for (int c = 0; c < kTileChannels; ++c) {
                panel[(first + i) * kTileChannels + c] = block[c][i];
            }
        }
    }
}

// Rows × 16 channels.
template <int Rows>
void multiplyRows(const float* block, const float* panel, int k, float* results) {
    __m256 sums[Rows][2];
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r) {
        sums[r][0] = sums[r][1] = _mm256_setzero_ps();
    }
    for (int i = 0; i < k; ++i) {
        const __m256 w0 = _mm256_loadu_ps(panel);
        const __m256 w1 = _mm256_loadu_ps(panel + 8);
#pragma GCC unroll 6
        for (int r = 0; r < Rows; ++r) {
            const __m256 x = _mm256_broadcast_ss(block + r);
            sums[r][0] = _mm256_fmadd_ps(x, w0, sums[r][0]);
            sums[r][1] = _mm256_fmadd_ps(x, w1, sums[r][1]);
        }
        panel += kTileChannels;
        block += kRowBlock;
    }
#pragma GCC unroll 6
    for (int r = 0; r < Rows; ++r) {
        _mm256_store_ps(results + r * kTileChannels, sums[r][0]);
        _mm256_store_ps(results + r * kTileChannels + 8, sums[r][1]);
    }
}

float horizontalSum(__m256 v) {
    __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    s = _mm_add_ps(s, _mm_movehl_ps(s, s));
    return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

// Dot products of one row of x with `Channels` neighbouring rows of weights.
template <DenseFormat Format, int Channels>
void dotChannels(const std::byte* weights, int k, const float* x, float* results) {
    const std::ptrdiff_t channelBytes = k * kElementBytes<Format>;
    __m256 sums[Channels];
#pragma GCC unroll 4
    for (int c = 0; c < Channels; ++c) {
        sums[c] = _mm256_setzero_ps();
    }
    int i = 0;
    for (; i + 8 <= k; i += 8) {
        const __m256 xs = _mm256_loadu_ps(x + i);
        const std::byte* from = weights + i * kElementBytes<Format>;
#pragma GCC unroll 4
        for (int c = 0; c < Channels; ++c) {
            sums[c] = _mm256_fmadd_ps(xs, widen<Format>(from + c * channelBytes), sums[c]);
        }
    }
    if (i < k) {
        const __m256 xs = widenSome<DenseFormat::F32>(reinterpret_cast<const std::byte*>(x + i), k - i);
        const std::byte* from = weights + i * kElementBytes<Format>;
        for (int c = 0; c < Channels; ++c) {
            sums[c] = _mm256_fmadd_ps(xs, widenSome<Format>(from + c * channelBytes, k - i), sums[c]);
        }
    }
    for (int c = 0; c < Channels; ++c) {
        results[c] = horizontalSum(sums[c]);
    }
}

// Four channels at a time come from memory for the first row and from the cache for the others.
template <DenseFormat Format>
void dotFormat(const std::byte* weights, int channels, int k, const float* x, std::ptrdiff_t xStride, int rows,
               float* results) {
    const std::ptrdiff_t channelBytes = k * kElementBytes<Format>;
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
    for (int channel = 0; channel < kTileChannels; channel += 16) {
        if (rows > 3) {
            multiplyRows<6>(block, panel + channel, k, results + channel);
        } else {
            multiplyRows<3>(block, panel + channel, k, results + channel);
        }
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

}  // namespace penjing::kernels::avx2
