#pragma once

#include <limits>

#include "pairs/pair_vectors.h"

namespace penjing::kernels {

// Pairs of 16-bit integers, and what turns floats into them.
struct IntegerVectors : PairVectors {
    typedef __m512i Int;
    static constexpr float kSteps = 4095.0f;  // the largest code: 128 · 4095² < 2^31

    PENJING_INLINE static Half toHalf(Float x) { return _mm512_cvtsepi32_epi16(_mm512_cvtps_epi32(x)); }
    PENJING_INLINE static Float toFloat(Float sums) { return _mm512_cvtepi32_ps(_mm512_castps_si512(sums)); }
    PENJING_INLINE static Float dot(Float row, Float column, Float sum) {
        // Not the intrinsic: g++ 12 copies and spills the accumulators around it.
        asm("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(row), "v"(column));
        return sum;
    }

    // round(kSteps · 2^x) for x ≤ 0; NaN gives the integer of the sign bit alone. 2^f for |f| ≤ 1/2 is a polynomial of
    // degree 4 fitted for the least relative error (2.6e-6, a fiftieth of a rounding).
    PENJING_INLINE static Int weightSteps(Float x) {
        const Float bounded = max(set(-30.0f), x);  // far below half a step
        const Float n = round(bounded);
        const Float f = sub(bounded, n);
        Float p = set(0.009570100f * kSteps);
        p = fma(p, f, set(0.055917859f * kSteps));
        p = fma(p, f, set(0.240247443f * kSteps));
        p = fma(p, f, set(0.693121791f * kSteps));
        p = fma(p, f, set(0.999999285f * kSteps));
        return _mm512_cvtps_epi32(scaleByPowerOfTwo(p, n));
    }

    // The integers of sixteen keys and of the sixteen after them as pairs.
    PENJING_INLINE static void storePairs(float* p, Int first, Int second) {
        _mm512_storeu_si512(p, _mm512_or_si512(first, _mm512_slli_epi32(second, 16)));
    }

    // What a row of weights adds up to. Integers hold no NaN: a sign bit stands for it.
    struct WeightSum {
        Int sum = _mm512_setzero_si512(), seen = _mm512_setzero_si512();

        PENJING_INLINE void add(Int first, Int second) {
            sum = _mm512_add_epi32(sum, _mm512_add_epi32(first, second));
            seen = _mm512_or_si512(seen, _mm512_or_si512(first, second));
        }
        PENJING_INLINE float total() const {
            return _mm512_movepi32_mask(seen) != 0 ? std::numeric_limits<float>::quiet_NaN()
                                                   : static_cast<float>(_mm512_reduce_add_epi32(sum));
        }
    };
};

}  // namespace penjing::kernels
