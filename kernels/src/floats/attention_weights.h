#pragma once

#include "floats/attention_state.h"
#include "floats/exponential.h"

namespace penjing::kernels {

// Scores become weights 2^(score − largest score so far), and join the sums as P·V will use them: Products::keepWeights
// keeps weights [i, i + L) of a row for `mix` and returns what `mix` will multiply with.
template <class S, class Products>
void weighRows(AttentionState<S>& state, int count) {
    using Float = typename S::Float;
    for (int r = 0; r < state.rows; ++r) {
        float* row = state.scores + r * AttentionState<S>::kScoreStride;
        const Float maximum = S::set(state.maximum[r]);
        Float sum = S::zero();
        for (int i = 0; i < count; i += S::kLanes) {
            const Float weights = Exponential<S>::softmaxWeight(S::sub(S::load(row + i), maximum));
            sum = S::add(sum, Products::keepWeights(row, i, weights));
        }
        state.sum[r] += S::sum(sum);
    }
}

}  // namespace penjing::kernels
