#include <immintrin.h>

#include <cstring>

#include "avx2/linear_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx2 {
namespace {

constexpr int kVectors = kGroupSize / 8;

std::int32_t horizontalMax(__m256i v) {
    __m128i m = _mm_max_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0x4e));
    m = _mm_max_epi32(m, _mm_shuffle_epi32(m, 0xb1));
    return _mm_cvtsi128_si32(m);
}

std::int32_t horizontalSum(__m256i v) {
    __m128i s = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256(v, 1));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
    s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1));
    return _mm_cvtsi128_si32(s);
}

struct GroupScale {
    float scale;
    float inverse;  // 0: all codes are zero
};

// See the scalar reference: absmax over bit patterns, so that NaN and Inf come out on top.
GroupScale groupScale(const float* x, float codeMax) {
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    __m256i absmax = _mm256_setzero_si256();
    for (int i = 0; i < kVectors; ++i) {
        absmax = _mm256_max_epi32(absmax, _mm256_and_si256(_mm256_castps_si256(_mm256_loadu_ps(x + 8 * i)), magnitude));
    }
    const auto absmaxBits = static_cast<std::uint32_t>(horizontalMax(absmax));
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

// Four vectors of eight int32 in −128…127 are eight quads of one row; the packs leave them in this order.
void scatterQuads(const __m256i (&codes)[4], std::byte* quads) {
    constexpr int kQuadOf[8] = {0, 2, 4, 6, 1, 3, 5, 7};
    const __m256i bytes =
        _mm256_packs_epi16(_mm256_packs_epi32(codes[0], codes[1]), _mm256_packs_epi32(codes[2], codes[3]));
    alignas(32) std::int32_t words[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(words), bytes);
    for (int i = 0; i < 8; ++i) {
        std::memcpy(quads + kQuadOf[i] * kRowBlock * 4, &words[i], 4);
    }
}

template <int Planes>
void quantizeRow(const float* x, float codeMax, int row, std::byte* group) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    const GroupScale scale = groupScale(x, codeMax);
    const __m256 inverse = _mm256_set1_ps(scale.inverse);
    // Keeps what became of NaN · 0 out of the codes.
    const __m256i valid = _mm256_set1_epi32(scale.inverse == 0.0f ? 0 : -1);
    __m256i sums[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    for (int i = 0; i < kVectors; i += 4) {
        __m256i codes[4];
        __m256i high[4];
        for (int j = 0; j < 4; ++j) {
            const __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(x + 8 * (i + j)), inverse);
            codes[j] = _mm256_and_si256(_mm256_cvtps_epi32(scaled), valid);
            sums[i / (kVectors / 2)] = _mm256_add_epi32(sums[i / (kVectors / 2)], codes[j]);
            if constexpr (Planes == 2) {
                high[j] = _mm256_srai_epi32(_mm256_add_epi32(codes[j], _mm256_set1_epi32(128)), 8);
                codes[j] = _mm256_sub_epi32(codes[j], _mm256_slli_epi32(high[j], 8));
            }
        }
        std::byte* quads = group + (i * 2 * kRowBlock + row) * 4;
        if constexpr (Planes == 2) {
            scatterQuads(high, quads);
            scatterQuads(codes, quads + Layout::kLowCodes);
        } else {
            scatterQuads(codes, quads);
        }
    }
    const int halfSums[2] = {horizontalSum(sums[0]), horizontalSum(sums[1])};
    const std::int32_t negativeSum = -(halfSums[0] + halfSums[1]);
    std::memcpy(group + Layout::kScales + 4 * row, &scale.scale, 4);
    std::memcpy(group + Layout::kNegativeSums + 4 * row, &negativeSum, 4);
    for (int half = 0; half < 2; ++half) {
        const float scaled = scale.scale * static_cast<float>(halfSums[half]);
        std::memcpy(group + Layout::kHalfSums + 4 * (half * kRowBlock + row), &scaled, 4);
    }
}

template <int Planes>
void quantizeBlock(const float* x, std::ptrdiff_t stride, int rows, int k, float codeMax, std::byte* block) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    constexpr int kUsed = Layout::kHalfSums + 8 * kRowBlock;
    for (int g = 0; g < k / kGroupSize; ++g) {
        std::byte* group = block + static_cast<std::ptrdiff_t>(g) * Layout::kBytes;
        const int keep = rows < kRowBlock ? 0 : kUsed;
        std::memset(group + keep, 0, static_cast<std::size_t>(Layout::kBytes - keep));
        for (int r = 0; r < rows; ++r) {
            quantizeRow<Planes>(x + r * stride + g * kGroupSize, codeMax, r, group);
        }
    }
}

}  // namespace

void quantize(const float* x, std::ptrdiff_t stride, int rows, int k, ActivationBits bits, std::byte* block) {
    const auto quantizeAll = bits == ActivationBits::Int15 ? quantizeBlock<2> : quantizeBlock<1>;
    quantizeAll(x, stride, rows, k, largestCode(bits), block);
}

}  // namespace penjing::kernels::avx2
