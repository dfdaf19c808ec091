#pragma once

// g++ 12 warns about its own header: _mm512_undefined_ps is meant to be uninitialised.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

#include <cstddef>
#include <cstdint>

#include "simd/avx2.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

// Sixteen floats; needs AVX-512 F, BW, DQ and VL. Members as in Portable.
struct Avx512 {
    static constexpr int kLanes = 16;
    typedef __m512 Float;
    typedef __m512d Double;

    PENJING_INLINE static Float zero() { return _mm512_setzero_ps(); }
    PENJING_INLINE static Float set(float x) { return _mm512_set1_ps(x); }
    PENJING_INLINE static Float load(const float* p) { return _mm512_loadu_ps(p); }
    PENJING_INLINE static Float loadPartial(const float* p, int n) { return _mm512_maskz_loadu_ps(firstLanes(n), p); }
    PENJING_INLINE static void store(float* p, Float x) { _mm512_storeu_ps(p, x); }
    PENJING_INLINE static void storePartial(float* p, Float x, int n) { _mm512_mask_storeu_ps(p, firstLanes(n), x); }
    PENJING_INLINE static Float first(Float x, int n) { return _mm512_maskz_mov_ps(firstLanes(n), x); }
    PENJING_INLINE static Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
    PENJING_INLINE static Float sub(Float a, Float b) { return _mm512_sub_ps(a, b); }
    PENJING_INLINE static Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
    PENJING_INLINE static Float div(Float a, Float b) { return _mm512_div_ps(a, b); }
    PENJING_INLINE static Float fma(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
    PENJING_INLINE static Float min(Float a, Float b) { return _mm512_min_ps(a, b); }
    PENJING_INLINE static Float max(Float a, Float b) { return _mm512_max_ps(a, b); }
    PENJING_INLINE static Float zeroBelow(Float probe, Float bound, Float x) {
        return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(probe, bound, _CMP_NLT_UQ), x);
    }
    PENJING_INLINE static Float fmaSubAdd(Float a, Float b, Float c) { return _mm512_fmaddsub_ps(a, b, c); }
    PENJING_INLINE static Float swapPairs(Float x) { return _mm512_permute_ps(x, 0xB1); }
    PENJING_INLINE static Float loadTwice(const float* p) {
        const __m512i order = _mm512_setr_epi32(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7);
        return _mm512_permutexvar_ps(order, _mm512_castps256_ps512(_mm256_loadu_ps(p)));
    }

    PENJING_INLINE static Float round(Float x) {
        return _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    }
    PENJING_INLINE static Float scaleByPowerOfTwo(Float x, Float n) { return _mm512_scalef_ps(x, n); }

    PENJING_INLINE static float sum(Float x) {
        const __m256 h = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
        __m128 s = _mm_add_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
        s = _mm_add_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
    }
    PENJING_INLINE static float largest(Float x) {
        const __m256 h = _mm256_max_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
        __m128 s = _mm_max_ps(_mm256_castps256_ps128(h), _mm256_extractf128_ps(h, 1));
        s = _mm_max_ps(s, _mm_movehl_ps(s, s));
        return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
    }

    // 256-bit vectors do: what counts here is the stores.
    static constexpr int kBlock = Avx2::kBlock;
    PENJING_INLINE static void transposeBlock(const float* from, std::ptrdiff_t fromStride, float* to,
                                              std::ptrdiff_t toStride) {
        Avx2::transposeBlock(from, fromStride, to, toStride);
    }

    PENJING_INLINE static Float widenBf16(const std::uint16_t* p) {
        const __m256i bits = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
    }
    PENJING_INLINE static Float widenF16(const std::uint16_t* p) {
        return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)));
    }
    PENJING_INLINE static void narrowF16(Float x, std::uint16_t* p) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(p), _mm512_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
    }

    PENJING_INLINE static Double loadDouble(const double* p) { return _mm512_loadu_pd(p); }
    PENJING_INLINE static void storeDouble(double* p, Double x) { _mm512_storeu_pd(p, x); }
    PENJING_INLINE static Double lowDouble(Float x) { return _mm512_cvtps_pd(_mm512_castps512_ps256(x)); }
    PENJING_INLINE static Double highDouble(Float x) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(x, 1)); }
    PENJING_INLINE static Double addDouble(Double a, Double b) { return _mm512_add_pd(a, b); }
    PENJING_INLINE static Double mulAddDouble(Double a, Double b, Double c) { return _mm512_fmadd_pd(a, b, c); }

private:
    // n in 0..16
    PENJING_INLINE static __mmask16 firstLanes(int n) { return static_cast<__mmask16>((1u << n) - 1u); }
};

}  // namespace penjing::kernels
