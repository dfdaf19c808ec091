#include "avx512/intrinsics.h"

#include <cstring>

#include "avx512/linear_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx512 {
namespace {

constexpr int kVectors = kGroupSize / 16;

struct GroupScale {
    float scale;
    float inverse;  // 0: all codes are zero
};

// See the scalar reference: absmax over bit patterns, so that NaN and Inf come out on top.
GroupScale groupScale(const __m512 (&x)[kVectors], float codeMax) {
    const __m512i magnitude = _mm512_set1_epi32(0x7fffffff);
    __m512i absmax = _mm512_setzero_si512();
    for (const __m512 v : x) {
        absmax = _mm512_max_epi32(absmax, _mm512_and_si512(_mm512_castps_si512(v), magnitude));
    }
    const auto absmaxBits = static_cast<std::uint32_t>(_mm512_reduce_max_epi32(absmax));
    if (absmaxBits >= kInfinityBits) {
        return {__builtin_nanf(""), 0.0f};
    }
    float largest;
    std::memcpy(&largest, &absmaxBits, 4);
    if (largest < kSmallestAbsmax) {
        return {0.0f, 0.0f};
    }
    return {largest / codeMax, codeMax / largest};
}

// 16 bytes = 4 quads of one row, to their places in [quad][row][4].
void scatterQuads(__m128i codes, std::byte* quads) {
    alignas(16) std::int32_t words[4];
    _mm_store_si128(reinterpret_cast<__m128i*>(words), codes);
    for (int i = 0; i < 4; ++i) {
        std::memcpy(quads + i * kRowBlock * 4, &words[i], 4);
    }
}

template <int Planes>
void quantizeRow(const float* from, float codeMax, int row, std::byte* group) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    __m512 x[kVectors];
    for (int i = 0; i < kVectors; ++i) {
        x[i] = _mm512_loadu_ps(from + 16 * i);
    }
    const GroupScale scale = groupScale(x, codeMax);
    // A masked conversion keeps NaN · 0 out of the codes.
    const __mmask16 valid = scale.inverse == 0.0f ? 0 : 0xffff;
    const __m512 inverse = _mm512_set1_ps(scale.inverse);
    __m512i sums[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
    for (int i = 0; i < kVectors; ++i) {
        const __m512i codes = _mm512_maskz_cvtps_epi32(valid, _mm512_mul_ps(x[i], inverse));
        sums[i / (kVectors / 2)] = _mm512_add_epi32(sums[i / (kVectors / 2)], codes);
        std::byte* quads = group + (i * 4 * kRowBlock + row) * 4;
        if constexpr (Planes == 2) {
            const __m512i high = _mm512_srai_epi32(_mm512_add_epi32(codes, _mm512_set1_epi32(128)), 8);
            scatterQuads(_mm512_cvtepi32_epi8(high), quads);
            // The low byte of code − 256 · high is that of the code.
            scatterQuads(_mm512_cvtepi32_epi8(codes), quads + Layout::kLowCodes);
        } else {
            scatterQuads(_mm512_cvtepi32_epi8(codes), quads);
        }
    }
    const int halfSums[2] = {_mm512_reduce_add_epi32(sums[0]), _mm512_reduce_add_epi32(sums[1])};
    const std::int32_t negativeSum = -(halfSums[0] + halfSums[1]);
    std::memcpy(group + Layout::kScales + 4 * row, &scale.scale, 4);
    std::memcpy(group + Layout::kNegativeSums + 4 * row, &negativeSum, 4);
    for (int half = 0; half < 2; ++half) {
        const float scaled = scale.scale * static_cast<float>(halfSums[half]);
        std::memcpy(group + Layout::kHalfSums + 4 * (half * kRowBlock + row), &scaled, 4);
    }
}

// Groups of a row that are read one after the other. Rows are pages apart and mostly come from memory: a few lines of
// each in turn would wait for every one of them, half a page is fetched ahead by the processor.
constexpr int kGroupsAtOnce = 8;

template <int Planes>
void quantizeGroups(const float* x, std::ptrdiff_t stride, int rows, int groups, float codeMax, std::byte* block) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    for (int g = 0; g < groups; ++g) {
        std::byte* group = block + static_cast<std::ptrdiff_t>(g) * Layout::kBytes;
        if (rows < kRowBlock) {
            std::memset(group, 0, Layout::kBytes);
        } else {
            std::memset(group + Layout::kHalfSums + 8 * kRowBlock, 0,
                        Layout::kBytes - Layout::kHalfSums - 8 * kRowBlock);
        }
    }
    for (int r = 0; r < rows; ++r) {
        const float* row = x + r * stride;
        const float* next = row + (r + 1 < rows ? stride : 0);
        for (int g = 0; g < groups; ++g) {
            for (int i = 0; i < kGroupSize; i += 16) {
                _mm_prefetch(reinterpret_cast<const char*>(next + g * kGroupSize + i), _MM_HINT_T0);
            }
            quantizeRow<Planes>(row + g * kGroupSize, codeMax, r,
                                block + static_cast<std::ptrdiff_t>(g) * Layout::kBytes);
        }
    }
}

template <int Planes>
void quantizeBlock(const float* x, std::ptrdiff_t stride, int rows, int k, float codeMax, std::byte* block) {
    const int groups = k / kGroupSize;
    for (int first = 0; first < groups; first += kGroupsAtOnce) {
        const int count = groups - first < kGroupsAtOnce ? groups - first : kGroupsAtOnce;
        quantizeGroups<Planes>(x + first * kGroupSize, stride, rows, count, codeMax,
                               block + static_cast<std::ptrdiff_t>(first) * GroupLayout<kRowBlock, Planes>::kBytes);
    }
}

}  // namespace

void quantize(const float* x, std::ptrdiff_t stride, int rows, int k, ActivationBits bits, std::byte* block) {
    const auto quantizeAll = bits == ActivationBits::Int15 ? quantizeBlock<2> : quantizeBlock<1>;
    quantizeAll(x, stride, rows, k, largestCode(bits), block);
}

}  // namespace penjing::kernels::avx512
