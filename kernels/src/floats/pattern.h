#pragma once

#include <cstddef>

#include "floats/exponential.h"
#include "simd/force_inline.h"

namespace penjing::kernels {

// What GroupNorm needs of an NHWC image: per-channel sums, and one factor and offset per channel. A pixel's channels
// rarely fill whole vectors, so both work on a flat array with a pattern that repeats every lcm(channels, lanes)
// floats.
template <class S>
struct Pattern {
    using Float = typename S::Float;
    using Double = typename S::Double;
    static constexpr int L = S::kLanes;

    static void sums(const float* x, std::size_t n, int period, double* sum, double* sumOfSquares) {
        for (int j = 0; j < period; j += L) {
            Double s0{}, s1{}, q0{}, q1{};
            for (std::size_t i = static_cast<std::size_t>(j); i < n; i += static_cast<std::size_t>(period)) {
                const Float v = n - i >= L ? S::load(x + i) : S::loadPartial(x + i, static_cast<int>(n - i));
                const Double low = S::lowDouble(v), high = S::highDouble(v);
                s0 = S::addDouble(s0, low);
                s1 = S::addDouble(s1, high);
                q0 = S::mulAddDouble(low, low, q0);
                q1 = S::mulAddDouble(high, high, q1);
            }
            S::storeDouble(sum + j, s0);
            S::storeDouble(sum + j + L / 2, s1);
            S::storeDouble(sumOfSquares + j, q0);
            S::storeDouble(sumOfSquares + j + L / 2, q1);
        }
    }

    static void affine(const float* x, std::size_t n, int period, const float* scale, const float* shift, bool silu,
                       float* y) {
        if (silu)
            apply(x, n, period, scale, shift, y, [](Float v) { return Exponential<S>::silu(v); });
        else
            apply(x, n, period, scale, shift, y, [](Float v) { return v; });
    }

private:
    template <class Then>
    PENJING_INLINE static void apply(const float* x, std::size_t n, int period, const float* scale, const float* shift,
                                     float* y, Then then) {
        int j = 0;
        std::size_t i = 0;
        for (; i + L <= n; i += L) {
            S::store(y + i, then(S::fma(S::load(x + i), S::load(scale + j), S::load(shift + j))));
            j += L;
            if (j == period)
                j = 0;
        }
        if (i < n) {
            const int rest = static_cast<int>(n - i);
            S::storePartial(y + i, then(S::fma(S::loadPartial(x + i, rest), S::load(scale + j), S::load(shift + j))),
                            rest);
        }
    }
};

}  // namespace penjing::kernels
