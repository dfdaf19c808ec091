#pragma once

#include "simd/avx512.h"

namespace penjing::kernels {

// What packing for products of pairs of 16-bit factors needs besides Avx512; plain AVX-512 instructions only. A type
// derived from this adds the two that say what the factors are:
//   static Half toHalf(Float)                              sixteen floats rounded to nearest even
//   static Float dot(Float row, Float column, Float sum)   sum += row · column; a lane of the factors is a pair
struct PairVectors : Avx512 {
    typedef __m256i Half;  // sixteen factors

    PENJING_INLINE static void storeHalf(void* p, Half x) { _mm256_storeu_si256(static_cast<__m256i*>(p), x); }
    PENJING_INLINE static void storeEight(void* p, Half x) {
        _mm_storeu_si128(static_cast<__m128i*>(p), _mm256_castsi256_si128(x));
    }
    // Pairs (even[i], odd[i]) as sixteen floats' worth of bits.
    PENJING_INLINE static Float pairs(Half even, Half odd) {
        const __m512i high = _mm512_slli_epi32(_mm512_cvtepu16_epi32(odd), 16);
        return _mm512_castsi512_ps(_mm512_or_si512(high, _mm512_cvtepu16_epi32(even)));
    }
};

// Pairs of bfloat16.
struct Bf16Vectors : PairVectors {
    PENJING_INLINE static Float widen(Half x) {
        return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(x), 16));
    }
};

}  // namespace penjing::kernels
