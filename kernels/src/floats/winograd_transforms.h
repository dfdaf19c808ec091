#pragma once

#include "simd/force_inline.h"

namespace penjing::kernels {

// The three transforms of F(4, 3) in one dimension, y = Aᵀ[(G g) ⊙ (Bᵀ d)], by interpolation at 0, ±a, ±b and ∞ (in
// this order everywhere); two dimensions are one after the other. Lavin and Gray take a = 1, b = 2; with 5/8 and 3/2
// rounding errors are less than half as large (docs/speed-float.md). All coefficients but those of the weights are
// exact in fp32.
template <class S>
struct WinogradPlain {
    using Float = typename S::Float;
    static constexpr int kInputs = 6;    // pixels that a tile reads
    static constexpr int kPlanes = 6;    // of transformed input
    static constexpr int kProducts = 6;  // sums that a tile is made of
    static constexpr int planeOf(int product) { return product; }

    static constexpr float a = 0.625f, b = 1.5f;
    static constexpr float aa = a * a, bb = b * b;
    static constexpr float zeroScale = 1.0f / (aa * bb);
    static constexpr float aScale = 0.5f / (aa * (aa - bb)), bScale = 0.5f / (bb * (bb - aa));

    PENJING_INLINE static void input(const Float (&d)[6], Float (&v)[6]) {
        const Float evenA = minus(d[4], bb, d[2]), oddA = minus(d[3], bb, d[1]);
        const Float evenB = minus(d[4], aa, d[2]), oddB = minus(d[3], aa, d[1]);
        v[0] = S::fma(d[0], S::set(aa * bb), minus(d[4], aa + bb, d[2]));
        v[1] = S::fma(oddA, S::set(a), evenA);
        v[2] = S::fma(oddA, S::set(-a), evenA);
        v[3] = S::fma(oddB, S::set(b), evenB);
        v[4] = S::fma(oddB, S::set(-b), evenB);
        v[5] = S::fma(d[1], S::set(aa * bb), minus(d[5], aa + bb, d[3]));
    }
    PENJING_INLINE static void weights(const Float (&g)[3], Float (&u)[6]) {
        const Float evenA = S::fma(g[2], S::set(aScale * aa), S::mul(g[0], S::set(aScale)));
        const Float evenB = S::fma(g[2], S::set(bScale * bb), S::mul(g[0], S::set(bScale)));
        u[0] = S::mul(g[0], S::set(zeroScale));
        u[1] = S::fma(g[1], S::set(aScale * a), evenA);
        u[2] = S::fma(g[1], S::set(-aScale * a), evenA);
        u[3] = S::fma(g[1], S::set(bScale * b), evenB);
        u[4] = S::fma(g[1], S::set(-bScale * b), evenB);
        u[5] = g[2];
    }
    PENJING_INLINE static void output(const Float (&m)[6], Float (&y)[4]) {
        const Float evenA = S::add(m[1], m[2]), oddA = S::sub(m[1], m[2]);
        const Float evenB = S::add(m[3], m[4]), oddB = S::sub(m[3], m[4]);
        y[0] = S::add(m[0], S::add(evenA, evenB));
        y[1] = S::fma(oddB, S::set(b), S::mul(oddA, S::set(a)));
        y[2] = S::fma(evenB, S::set(bb), S::mul(evenA, S::set(aa)));
        y[3] = S::add(m[5], S::fma(oddB, S::set(b * bb), S::mul(oddA, S::set(a * aa))));
    }

private:
    // x − factor·y
    PENJING_INLINE static Float minus(Float x, float factor, Float y) { return S::fma(y, S::set(-factor), x); }
};

// The same for a picture that is enlarged x2: of d = (p, q, q, r, r, s) the transform at −1 is zero if a = 1 and the
// other points come in pairs ±b, and those at b and −b are (1 ± b)(r − q). The factors 1 ± b, and the 2 of the point 1,
// are in the weights.
template <class S>
struct WinogradEnlarged {
    using Float = typename S::Float;
    static constexpr int kInputs = 4;
    static constexpr int kPlanes = 4;
    static constexpr int kProducts = 5;
    static constexpr int planeOf(int product) { return product < 3 ? product : product - 1; }

    static constexpr float b = 1.75f, bb = b * b;
    static constexpr float zeroScale = 1.0f / bb, oneScale = 1.0f / (1.0f - bb);
    static constexpr float plusScale = 0.5f * (1.0f + b) / (bb * (bb - 1.0f));
    static constexpr float minusScale = 0.5f * (1.0f - b) / (bb * (bb - 1.0f));

    PENJING_INLINE static void input(const Float (&d)[4], Float (&v)[4]) {
        v[0] = S::fma(d[0], S::set(bb), S::fma(d[1], S::set(-(1.0f + bb)), d[2]));
        v[1] = S::fma(d[1], S::set(-bb), d[2]);
        v[2] = S::sub(d[2], d[1]);
        v[3] = S::fma(d[1], S::set(bb), S::fma(d[2], S::set(-(1.0f + bb)), d[3]));
    }
    PENJING_INLINE static void weights(const Float (&g)[3], Float (&u)[5]) {
        u[0] = S::mul(g[0], S::set(zeroScale));
        u[1] = S::mul(S::add(S::add(g[0], g[2]), g[1]), S::set(oneScale));
        const Float even = S::fma(g[2], S::set(bb), g[0]);
        u[2] = S::mul(S::fma(g[1], S::set(b), even), S::set(plusScale));
        u[3] = S::mul(S::fma(g[1], S::set(-b), even), S::set(minusScale));
        u[4] = g[2];
    }
    PENJING_INLINE static void output(const Float (&m)[5], Float (&y)[4]) {
        const Float even = S::add(m[2], m[3]), odd = S::sub(m[2], m[3]);
        y[0] = S::add(m[0], S::add(m[1], even));
        y[1] = S::fma(odd, S::set(b), m[1]);
        y[2] = S::fma(even, S::set(bb), m[1]);
        y[3] = S::add(m[4], S::fma(odd, S::set(b * bb), m[1]));
    }
};

}  // namespace penjing::kernels
