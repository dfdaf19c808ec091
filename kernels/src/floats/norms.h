#pragma once

#include "floats/vector_loop.h"
#include "penjing/kernels/float.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

template <class S>
struct Norms {
    using Float = typename S::Float;
    static constexpr int L = S::kLanes;

    // The mean is subtracted before squaring: residual streams have means far larger than their deviation.
    static void layerNormModulate(const float* x, const float* shift, const float* scale, float eps, int n, float* y) {
        const float count = static_cast<float>(n);
        const float mean = reduce(
                               x, n, [](Float v) { return v; }, [](Float v, int) { return v; }) /
                           count;
        const Float center = S::set(mean);
        const auto squaredDistance = [center](Float v) {
            const Float d = S::sub(v, center);
            return S::mul(d, d);
        };
        const float variance =
            reduce(x, n, squaredDistance, [&](Float v, int valid) { return S::first(squaredDistance(v), valid); }) /
            count;
        const Float factor = S::set(1.0f / __builtin_sqrtf(variance + eps));
        const Float one = S::set(1.0f);
        forEachVector<S>(n, y, [&](int i, auto load) {
            const Float normal = S::mul(S::sub(load(x + i), center), factor);
            return S::fma(normal, S::add(load(scale + i), one), load(shift + i));
        });
    }

    static void rmsNorm(const float* x, const float* weight, float eps, int n, float* y) {
        const Float factor = S::set(inverseRms(x, n, eps));
        forEachVector<S>(n, y, [&](int i, auto load) { return S::mul(S::mul(load(x + i), factor), load(weight + i)); });
    }

    static void headNormRope(float* x, int heads, int headDim, const float* weight, float eps,
                             const RowRotation& rotation) {
        for (int h = 0; h < heads; ++h) {
            float* head = x + static_cast<std::ptrdiff_t>(h) * headDim;
            rmsNorm(head, weight, eps, headDim, head);
            if (rotation.interleaved)
                rotateNeighbours(head, headDim, rotation);
            else
                rotateHalves(head, headDim, rotation);
        }
    }

private:
    PENJING_INLINE static float inverseRms(const float* x, int n, float eps) {
        const auto square = [](Float v) { return S::mul(v, v); };
        const float sum = reduce(x, n, square, [&](Float v, int) { return square(v); });
        return 1.0f / __builtin_sqrtf(sum / static_cast<float>(n) + eps);
    }

    // Sum of term(x) in four running vectors; lastTerm(x, valid) must give zero in the lanes from `valid` on.
    template <class Term, class LastTerm>
    PENJING_INLINE static float reduce(const float* x, int n, Term term, LastTerm lastTerm) {
        Float s0 = S::zero(), s1 = S::zero(), s2 = S::zero(), s3 = S::zero();
        int i = 0;
        for (; i + 4 * L <= n; i += 4 * L) {
            s0 = S::add(s0, term(S::load(x + i)));
            s1 = S::add(s1, term(S::load(x + i + L)));
            s2 = S::add(s2, term(S::load(x + i + 2 * L)));
            s3 = S::add(s3, term(S::load(x + i + 3 * L)));
        }
        for (; i + L <= n; i += L) s0 = S::add(s0, term(S::load(x + i)));
        if (i < n)
            s1 = S::add(s1, lastTerm(S::loadPartial(x + i, n - i), n - i));
        return S::sum(S::add(S::add(s0, s1), S::add(s2, s3)));
    }

    // (a, b) ← (a·cos − b·sin, b·cos + a·sin) for a = x[2j], b = x[2j + 1].
    PENJING_INLINE static void rotateNeighbours(float* x, int headDim, const RowRotation& rotation) {
        int i = 0;
        for (; i + L <= headDim; i += L) {
            const Float v = S::load(x + i);
            const Float turned = S::mul(S::swapPairs(v), S::loadTwice(rotation.sin + i / 2));
            S::store(x + i, S::fmaSubAdd(v, S::loadTwice(rotation.cos + i / 2), turned));
        }
        for (; i < headDim; i += 2) rotatePair(x[i], x[i + 1], rotation.cos[i / 2], rotation.sin[i / 2]);
    }

    // The same for a = x[j], b = x[j + headDim / 2].
    PENJING_INLINE static void rotateHalves(float* x, int headDim, const RowRotation& rotation) {
        const int half = headDim / 2;
        int j = 0;
        for (; j + L <= half; j += L) {
            const Float a = S::load(x + j), b = S::load(x + half + j);
            const Float c = S::load(rotation.cos + j), s = S::load(rotation.sin + j);
            S::store(x + j, S::sub(S::mul(a, c), S::mul(b, s)));
            S::store(x + half + j, S::fma(b, c, S::mul(a, s)));
        }
        for (; j < half; ++j) rotatePair(x[j], x[half + j], rotation.cos[j], rotation.sin[j]);
    }

    PENJING_INLINE static void rotatePair(float& a, float& b, float c, float s) {
        const float oldA = a;
        a = oldA * c - b * s;
        b = b * c + oldA * s;
    }
};

}  // namespace penjing::kernels
