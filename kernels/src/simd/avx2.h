#pragma once

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

#include "simd/force_inline.h"

namespace penjing::kernels {

// Eight floats; needs AVX2, FMA and F16C. Members as in Portable.
struct Avx2 {
    static constexpr int kLanes = 8;
    typedef __m256 Float;
    typedef __m256d Double;

    PENJING_INLINE static Float zero() { return _mm256_setzero_ps(); }
    PENJING_INLINE static Float set(float x) { return _mm256_set1_ps(x); }
    PENJING_INLINE static Float load(const float* p) { return _mm256_loadu_ps(p); }
    PENJING_INLINE static Float loadPartial(const float* p, int n) { return _mm256_maskload_ps(p, firstLanes(n)); }
    PENJING_INLINE static void store(float* p, Float x) { _mm256_storeu_ps(p, x); }
    PENJING_INLINE static void storePartial(float* p, Float x, int n) { _mm256_maskstore_ps(p, firstLanes(n), x); }
    PENJING_INLINE static Float first(Float x, int n) { return _mm256_and_ps(x, _mm256_castsi256_ps(firstLanes(n))); }
    PENJING_INLINE static Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
    PENJING_INLINE static Float sub(Float a, Float b) { return _mm256_sub_ps(a, b); }
    PENJING_INLINE static Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
    PENJING_INLINE static Float div(Float a, Float b) { return _mm256_div_ps(a, b); }
    PENJING_INLINE static Float fma(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
    PENJING_INLINE static Float min(Float a, Float b) { return _mm256_min_ps(a, b); }
    PENJING_INLINE static Float max(Float a, Float b) { return _mm256_max_ps(a, b); }
    PENJING_INLINE static Float zeroBelow(Float probe, Float bound, Float x) {
        return _mm256_andnot_ps(_mm256_cmp_ps(probe, bound, _CMP_LT_OQ), x);
    }
    PENJING_INLINE static Float fmaSubAdd(Float a, Float b, Float c) { return _mm256_fmaddsub_ps(a, b, c); }
    PENJING_INLINE static Float swapPairs(Float x) { return _mm256_permute_ps(x, 0xB1); }
    PENJING_INLINE static Float loadTwice(const float* p) {
        const __m256i order = _mm256_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3);
        return _mm256_permutevar8x32_ps(_mm256_castps128_ps256(_mm_loadu_ps(p)), order);
    }

    PENJING_INLINE static Float round(Float x) {
        return _mm256_round_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    PENJING_INLINE static Float scaleByPowerOfTwo(Float x, Float n) {
        const __m256i whole = _mm256_cvttps_epi32(n);
        const __m256i half = _mm256_srai_epi32(whole, 1);
        return _mm256_mul_ps(_mm256_mul_ps(x, powerOfTwo(half)), powerOfTwo(_mm256_sub_epi32(whole, half)));
    }

    PENJING_INLINE static float sum(Float x) {
        __m128 s = _mm_add_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
        s = _mm_add_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
    }
    PENJING_INLINE static float largest(Float x) {
        __m128 s = _mm_max_ps(_mm256_castps256_ps128(x), _mm256_extractf128_ps(x, 1));
        s = _mm_max_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
    }

    // Transposes kBlock×kBlock floats; strides are between rows of either side.
    static constexpr int kBlock = 8;
    PENJING_INLINE static void transposeBlock(const float* from, std::ptrdiff_t fromStride, float* to,
                                              std::ptrdiff_t toStride) {
        __m256 pair[8];  // rows r and r + 4, columns 0…3 (then 4…7) of both
        PENJING_UNROLL(4) for (int r = 0; r < 4; ++r) {
            pair[r] = twoRows(from + r * fromStride, from + (r + 4) * fromStride);
            pair[r + 4] = twoRows(from + r * fromStride + 4, from + (r + 4) * fromStride + 4);
        }
        PENJING_UNROLL(2) for (int half = 0; half < 2; ++half) {
            const __m256* p = pair + 4 * half;
            const __m256 low01 = _mm256_unpacklo_ps(p[0], p[1]), high01 = _mm256_unpackhi_ps(p[0], p[1]);
            const __m256 low23 = _mm256_unpacklo_ps(p[2], p[3]), high23 = _mm256_unpackhi_ps(p[2], p[3]);
            float* column = to + 4 * half * toStride;
            store(column, _mm256_shuffle_ps(low01, low23, 0x44));
            store(column + toStride, _mm256_shuffle_ps(low01, low23, 0xEE));
            store(column + 2 * toStride, _mm256_shuffle_ps(high01, high23, 0x44));
            store(column + 3 * toStride, _mm256_shuffle_ps(high01, high23, 0xEE));
        }
    }

    PENJING_INLINE static Float widenBf16(const std::uint16_t* p) {
        const __m128i bits = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
    }
    PENJING_INLINE static Float widenF16(const std::uint16_t* p) {
        return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(p)));
    }
    PENJING_INLINE static void narrowF16(Float x, std::uint16_t* p) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(p), _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
    }

    PENJING_INLINE static Double loadDouble(const double* p) { return _mm256_loadu_pd(p); }
    PENJING_INLINE static void storeDouble(double* p, Double x) { _mm256_storeu_pd(p, x); }
    PENJING_INLINE static Double lowDouble(Float x) { return _mm256_cvtps_pd(_mm256_castps256_ps128(x)); }
    PENJING_INLINE static Double highDouble(Float x) { return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1)); }
    PENJING_INLINE static Double addDouble(Double a, Double b) { return _mm256_add_pd(a, b); }
    PENJING_INLINE static Double mulAddDouble(Double a, Double b, Double c) { return _mm256_fmadd_pd(a, b, c); }

private:
    PENJING_INLINE static __m256 twoRows(const float* a, const float* b) {
        return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(a)), _mm_loadu_ps(b), 1);
    }
    PENJING_INLINE static __m256i firstLanes(int n) {
        return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    }
    PENJING_INLINE static __m256 powerOfTwo(__m256i n) {
        return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_add_epi32(n, _mm256_set1_epi32(127)), 23));
    }
};

}  // namespace penjing::kernels
