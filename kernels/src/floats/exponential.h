#pragma once

#include "simd/force_inline.h"

namespace penjing::kernels {

template <class S>
struct Exponential {
    using Float = typename S::Float;

    // e^r for |r| <= ln 2 / 2 (and a little more): 1 + r + r²·q(r), q of degree 4 fitted for the least relative error
    // (4e-9).
    PENJING_INLINE static Float reduced(Float r) {
        Float q = S::set(0.001381454058f);
        q = S::fma(q, r, S::set(0.008368745446f));
        q = S::fma(q, r, S::set(0.041668388993f));
        q = S::fma(q, r, S::set(0.166665211320f));
        q = S::fma(q, r, S::set(0.499999940395f));
        return S::add(S::fma(S::mul(r, r), q, r), S::set(1.0f));
    }

    // e^x within 2 ulp; 0 below the smallest normal number, infinity above the largest, NaN for NaN.
    PENJING_INLINE static Float natural(Float x) { return S::zeroBelow(x, S::set(kSmallest), clamped(x)); }

    // 2^x for x < 128. What is below 2^−100 becomes 0: beside a largest weight of 1 it does not count, and products
    // with it would be subnormal, which costs the processor a hundred cycles each.
    PENJING_INLINE static Float softmaxWeight(Float x) {
        const Float least = S::set(-100.0f);
        const Float bounded = S::max(least, x);
        const Float n = S::round(bounded);
        const Float power = S::scaleByPowerOfTwo(reduced(S::mul(S::sub(bounded, n), S::set(0.693147181f))), n);
        return S::zeroBelow(x, least, power);
    }

    PENJING_INLINE static Float silu(Float x) {
        const Float one = S::set(1.0f);
        return S::div(x, S::add(one, clamped(S::sub(S::zero(), x))));
    }

private:
    static constexpr float kSmallest = -87.3365448f;  // ln 2^−126

    // e^x = 2^n·e^r, n = round(x / ln 2); e^kSmallest below kSmallest. NaN passes the clamps, because it is the second
    // operand. ln 2 is split so that n·(high part) is exact.
    PENJING_INLINE static Float clamped(Float x) {
        x = S::min(S::set(89.0f), S::max(S::set(kSmallest), x));
        const Float n = S::round(S::mul(x, S::set(1.442695041f)));
        Float r = S::fma(n, S::set(-0.693359375f), x);
        r = S::fma(n, S::set(2.12194440e-4f), r);
        return S::scaleByPowerOfTwo(reduced(r), n);
    }
};

}  // namespace penjing::kernels
