#pragma once

#include "simd/force_inline.h"

namespace penjing::kernels {

// How fast this set multiplies and adds when nothing waits for memory: the yardstick of the benches.
template <class S>
struct Peak {
    using Float = typename S::Float;
    static constexpr int kChains = 12;  // more than latency times ports, fewer than the registers

    // Returns the floating-point operations done; writes a number that depends on all of them, so that they are done.
    static double spin(int rounds, float* result) {
        Float chain[kChains];
        PENJING_UNROLL(16) for (int i = 0; i < kChains; ++i) chain[i] = S::set(static_cast<float>(i));
        const Float factor = S::set(0.5f), one = S::set(1.0f);
        for (int round = 0; round < rounds; ++round)
            PENJING_UNROLL(16) for (int i = 0; i < kChains; ++i) chain[i] = S::fma(chain[i], factor, one);
        Float sum = S::zero();
        PENJING_UNROLL(16) for (int i = 0; i < kChains; ++i) sum = S::add(sum, chain[i]);
        *result = S::sum(sum);
        return 2.0 * kChains * S::kLanes * rounds;
    }
};

}  // namespace penjing::kernels
