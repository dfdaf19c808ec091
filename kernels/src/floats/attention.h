#pragma once

#include <limits>

#include "floats/attention_state.h"
#include "floats/exponential.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// Attention with an online softmax (Milakov and Gimelshein 2018; FlashAttention): per key tile, scores = Q·Kᵀ, the
// running maximum moves, earlier sums are rescaled, output += P·V. Scores are kept times log2(e), so that powers of 2
// suffice. Products (floats/attention_products.h) are the two matrix products and how their factors are packed.
template <class S, class Products>
struct Attention {
    using Float = typename S::Float;
    using State = AttentionState<S>;
    static constexpr int L = S::kLanes;
    static constexpr int kRowsAhead = 4;

    static void attend(const AttentionTile& tile) {
        State state = layOut(tile);
        Products::packQueries(tile, tile.scale * 1.442695041f, state);
        const int end =
            tile.causal && tile.firstQuery + tile.rows < tile.keyCount ? tile.firstQuery + tile.rows : tile.keyCount;
        const float* keys = tile.keys;
        const float* values = tile.values;
        for (int first = 0; first < end; first += kKeyTile) {
            const int count = tile.keyCount - first < kKeyTile ? tile.keyCount - first : kKeyTile;
            Products::score(state, keys, count);
            moveMaxima(tile, state, first, count);
            Products::weigh(state, count);
            Products::mix(state, values, count);
            keys += packedKeyFloats(tile.headDim, Products::kFactors);
            values += packedValueFloats(tile.headDim, L, Products::kFactors);
        }
        writeOut(tile, state);
    }

    static constexpr AttentionKernels kernels() {
        return {.factors = Products::kFactors,
                .maxHeadDim = Products::kMaxHeadDim,
                .packKeys = Products::packKeys,
                .packValues = Products::packValues,
                .attend = attend};
    }

private:
    PENJING_INLINE static int clampLanes(int n) { return n < L ? n : L; }

    static State layOut(const AttentionTile& tile) {
        constexpr int kRows = Products::kRows;
        State state;
        state.rows = tile.rows;
        state.headDim = tile.headDim;
        state.outputStride = static_cast<int>(roundUpTo(static_cast<std::size_t>(tile.headDim), L));
        const std::ptrdiff_t rows = static_cast<std::ptrdiff_t>(tile.rows + kRows - 1) / kRows * kRows;
        state.output = tile.scratch;
        state.queries = state.output + rows * state.outputStride;
        state.scores = state.queries + rows * state.outputStride;
        for (std::ptrdiff_t i = 0; i < rows * state.outputStride; i += L) S::store(state.output + i, S::zero());
        for (int r = 0; r < kMaxQueryTile; ++r) {
            state.maximum[r] = -std::numeric_limits<float>::infinity();
            state.sum[r] = 0.0f;
        }
        return state;
    }

    // Scores a row may not see become −infinity; the running maximum of every row takes in the rest. Rows that see
    // nothing of this tile keep their maximum.
    static void moveMaxima(const AttentionTile& tile, State& state, int firstKey, int count) {
        const int end = static_cast<int>(roundUpTo(static_cast<std::size_t>(count), Products::kWeightStep));
        for (int r = 0; r < tile.rows; ++r) {
            float* row = state.scores + r * State::kScoreStride;
            const int visible = tile.causal ? tile.firstQuery + r + 1 - firstKey : count;
            const int seen = visible < 0 ? 0 : (visible < count ? visible : count);
            for (int i = seen; i < end; ++i) row[i] = -std::numeric_limits<float>::infinity();
            Float top = S::load(row);
            for (int i = L; i < end; i += L) top = S::max(top, S::load(row + i));
            const float largest = S::largest(top);
            state.tileMaximum[r] = largest;
            if (largest > state.maximum[r])
                rescale(state, r, largest);
        }
    }

    // What earlier tiles left behind was relative to the old maximum. There is nothing of it while that is −infinity.
    static void rescale(State& state, int r, float maximum) {
        const float step = state.maximum[r] - maximum;
        state.maximum[r] = maximum;
        if (step == -std::numeric_limits<float>::infinity())
            return;
        const Float factor = Exponential<S>::softmaxWeight(S::set(step));
        float* output = state.output + r * state.outputStride;
        for (int d = 0; d < state.outputStride; d += L) S::store(output + d, S::mul(S::load(output + d), factor));
        state.sum[r] *= S::largest(factor);
    }

    static void writeOut(const AttentionTile& tile, const State& state) {
        for (int r = 0; r < tile.rows; ++r) {
            const Float factor = S::set(1.0f / state.sum[r]);
            const float* output = state.output + r * state.outputStride;
            float* out = tile.out + r * tile.outStride;
            for (int d = 0; d < tile.headDim; d += L) {
                __builtin_prefetch(out + kRowsAhead * tile.outStride + d, 1);  // rows are pages apart
                S::storePartial(out + d, S::mul(S::load(output + d), factor), clampLanes(tile.headDim - d));
            }
        }
    }
};

}  // namespace penjing::kernels
