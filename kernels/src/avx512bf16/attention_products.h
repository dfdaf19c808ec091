#pragma once

#include <limits>

#include "avx512bf16/pair_tile.h"
#include "floats/attention_state.h"
#include "floats/attention_weights.h"
#include "pairs/pair_packing.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// The two matrix products of attention with bfloat16 factors. S is a PairVectors. Queries are rounded after the scale
// has been multiplied in, weights after the running maximum has been subtracted.
template <class S>
struct PairAttentionProducts {
    using Float = typename S::Float;
    using State = AttentionState<S>;
    static constexpr int L = S::kLanes;
    static constexpr Factors kFactors = Factors::BF16;
    static constexpr int kWeightStep = L;  // scores of a row are made weights in such steps
    static constexpr int kMaxHeadDim = std::numeric_limits<int>::max();
    static constexpr int kPanel = 2 * L;  // keys, or value columns, of one register tile
    static constexpr int kRows = 12;      // queries of one register tile
    static_assert(kKeyTile % kPanel == 0 && kMaxQueryTile % kRows == 0 && kPanel <= kMaxPairRows);

    // [panel][pair of dimensions][kPanel keys]; missing keys of the last panel are zero.
    static void packKeys(const float* k, std::ptrdiff_t stride, int count, int headDim, float* packed) {
        const int pairs = pairsOf(headDim);
        for (int first = 0; first < count; first += kPanel, packed += kPanel * pairs) {
            const int valid = count - first < kPanel ? count - first : kPanel;
            transposePairs<S>(k + first * stride, stride, valid, headDim, 1.0f, packed, kPanel);
            clearColumns(packed, pairs, kPanel, valid);
        }
    }

    // [panel][pair of keys][width]: panels are kPanel columns wide, the last one L if that is enough for the rest. A
    // missing second key is zero.
    static void packValues(const float* v, std::ptrdiff_t stride, int count, int headDim, float* packed) {
        for (int first = 0; first < headDim; first += kPanel) {
            const int width = panelWidth(headDim, first);
            for (int key = 0; key < count; key += 2) {
                const float* source = v + key * stride + first;
                float* row = packed + key / 2 * width;
                for (int column = 0; column < width; column += L) {
                    const int valid = clampLanes(headDim - first - column);
                    const int validOdd = key + 1 < count ? valid : 0;
                    const float* odd = validOdd > 0 ? source + stride + column : source;
                    S::store(row + column, S::pairs(S::toHalf(S::loadPartial(source + column, valid)),
                                                    S::toHalf(S::loadPartial(odd, validOdd))));
                }
            }
            packed += kKeyTile / 2 * width;
        }
    }

    // [group of kRows][pair of dimensions][kRows]; queries that fill the last group up are zero.
    static void packQueries(const AttentionTile& tile, float factor, const State& state) {
        float* packed = state.queries;
        const int pairs = pairsOf(tile.headDim);
        for (int first = 0; first < tile.rows; first += kRows, packed += kRows * pairs) {
            const int valid = tile.rows - first < kRows ? tile.rows - first : kRows;
            transposePairs<S>(tile.q + first * tile.qStride, tile.qStride, valid, tile.headDim, factor, packed, kRows);
            clearColumns(packed, pairs, kRows, valid);
        }
    }

    static void score(const State& state, const float* keys, int count) {
        alignas(64) const float zero[kPanel] = {};
        const int pairs = pairsOf(state.headDim);
        for (int first = 0; first < count; first += kPanel, keys += kPanel * pairs)
            for (int r = 0; r < state.rows; r += kRows) {
                const PairProduct product{.x = state.queries + r * pairs,
                                          .lineStride = 0,
                                          .lines = 1,
                                          .pairs = pairs,
                                          .columns = keys,
                                          .start = zero,
                                          .startStride = 0,
                                          .sums = state.scores + r * State::kScoreStride + first,
                                          .sumStride = State::kScoreStride};
                PairTile<S, 2, Queries>::multiplyAdd(product, state.rows - r);
            }
    }

    // Weights replace the scores they were made of, in half the room. Their order is that of the keys, so neighbours
    // are pairs.
    PENJING_INLINE static Float keepWeights(float* row, int i, Float weights) {
        const typename S::Half rounded = S::toHalf(weights);
        S::storeHalf(row + i / 2, rounded);
        return S::widen(rounded);
    }

    static void weigh(State& state, int count) { weighRows<S, PairAttentionProducts>(state, count); }

    // output += P·V. The weights that fill the last vector of a row up are zero, and so is the last key's missing
    // second half.
    static void mix(const State& state, const float* values, int count) {
        for (int first = 0; first < state.headDim; first += kPanel) {
            if (panelWidth(state.headDim, first) == kPanel)
                mixPanel<2>(state, values, count, first);
            else
                mixPanel<1>(state, values, count, first);
            values += kKeyTile / 2 * panelWidth(state.headDim, first);
        }
    }

private:
    struct Queries {
        static constexpr int kRowStep = 1, kPairStep = kRows;
    };
    struct Weights {
        static constexpr int kRowStep = State::kScoreStride, kPairStep = 1;
    };

    PENJING_INLINE static int pairsOf(int n) { return (n + 1) / 2; }
    PENJING_INLINE static int clampLanes(int n) { return n < 0 ? 0 : (n < L ? n : L); }
    PENJING_INLINE static int panelWidth(int headDim, int first) { return headDim - first > L ? kPanel : L; }

    template <int NV>
    PENJING_INLINE static void mixPanel(const State& state, const float* values, int count, int first) {
        for (int r = 0; r < state.rows; r += kRows) {
            float* output = state.output + r * state.outputStride + first;
            const PairProduct product{.x = state.scores + r * State::kScoreStride,
                                      .lineStride = 0,
                                      .lines = 1,
                                      .pairs = pairsOf(count),
                                      .columns = values,
                                      .start = output,
                                      .startStride = state.outputStride,
                                      .sums = output,
                                      .sumStride = state.outputStride};
            PairTile<S, NV, Weights>::multiplyAdd(product, state.rows - r);
        }
    }
};

}  // namespace penjing::kernels
