#pragma once

#include <cstddef>
#include <limits>

#include "avx512/integer_tile.h"
#include "floats/attention_state.h"
#include "floats/exponential.h"
#include "pairs/pair_packing.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// The two matrix products of attention with integer factors of −4095…4095: VPDPWSSD does twice the multiply-adds of an
// fp32 FMA, and 128 products of two such factors still fit int32. Every query and key has a scale of its own, every
// value column one per key tile, and the weights of a query one per key tile too (they are relative to the largest
// score of the tile, so that tiles of small weights keep their digits). S is PairVectors with dot and toFloat.
template <class S>
struct IntegerAttentionProducts {
    using Float = typename S::Float;
    using State = AttentionState<S>;
    static constexpr int L = S::kLanes;
    static constexpr Factors kFactors = Factors::I13;
    static constexpr int kMaxHeadDim = 128;
    static constexpr int kWeightStep = 2 * L;  // keys that become pairs together
    static constexpr int kPanel = 2 * L;       // keys, or value columns, of one register tile
    static constexpr int kRows = 12;           // queries of one register tile
    static_assert(kKeyTile == 128 && kKeyTile % kPanel == 0 && kMaxQueryTile % kRows == 0 && kPanel <= kMaxPairRows);

    // [panel][pair of dimensions][kPanel keys], then [kKeyTile] scales; missing keys of the last panel are zero.
    static void packKeys(const float* k, std::ptrdiff_t stride, int count, int headDim, float* packed) {
        const int pairs = pairsOf(headDim);
        float* scales = packed + kKeyTile * pairs;
        for (int first = 0; first < count; first += kPanel, packed += kPanel * pairs) {
            const int valid = count - first < kPanel ? count - first : kPanel;
            packRows(k + first * stride, stride, valid, headDim, packed, kPanel, scales + first);
        }
    }

    // [panel][pair of keys][width], then a scale for each column: panels are kPanel columns wide, the last one L if
    // that is enough for the rest. Pairs are keys j and j + L of each kWeightStep keys, as `weigh` leaves the weights;
    // missing keys are zero.
    static void packValues(const float* v, std::ptrdiff_t stride, int count, int headDim, float* packed) {
        float* scales = packed + kKeyTile / 2 * static_cast<int>(roundUpTo(static_cast<std::size_t>(headDim), L));
        for (int first = 0; first < headDim; first += kPanel) {
            const int width = panelWidth(headDim, first);
            for (int column = first; column < first + width; column += L)
                packColumns(v + column, stride, count, clampLanes(headDim - column), packed + (column - first), width,
                            scales + column);
            packed += kKeyTile / 2 * width;
        }
    }

    // [group of kRows][pair of dimensions][kRows]; queries that fill the last group up are zero.
    static void packQueries(const AttentionTile& tile, float factor, State& state) {
        const int pairs = pairsOf(tile.headDim);
        float* packed = state.queries;
        for (int first = 0; first < tile.rows; first += kRows, packed += kRows * pairs) {
            const int valid = tile.rows - first < kRows ? tile.rows - first : kRows;
            float* scales = state.queryScale + first;
            packRows(tile.q + first * tile.qStride, tile.qStride, valid, tile.headDim, packed, kRows, scales);
            for (int r = 0; r < valid; ++r) scales[r] *= factor;
        }
    }

    static void score(const State& state, const float* keys, int count) {
        alignas(64) const float zero[kPanel] = {};
        const int pairs = pairsOf(state.headDim);
        const float* scales = keys + kKeyTile * pairs;
        for (int first = 0; first < count; first += kPanel, keys += kPanel * pairs)
            for (int r = 0; r < state.rows; r += kRows) {
                const IntegerProduct product{.x = state.queries + r * pairs,
                                             .pairs = pairs,
                                             .columns = keys,
                                             .rowScales = state.queryScale + r,
                                             .columnScales = scales + first,
                                             .start = zero,
                                             .startStride = 0,
                                             .sums = state.scores + r * State::kScoreStride + first,
                                             .sumStride = State::kScoreStride};
                IntegerTile<S, 2, Queries>::multiplyAdd(product, state.rows - r);
            }
    }

    // Scores become weights 2^(score − largest score of the tile), in half the room. A row that sees nothing of this
    // tile has weights of 0, and so is their scale.
    static void weigh(State& state, int count) {
        for (int r = 0; r < state.rows; ++r) {
            float* row = state.scores + r * State::kScoreStride;
            const bool nothing = state.tileMaximum[r] == -std::numeric_limits<float>::infinity();
            const Float origin = S::set(nothing ? 0.0f : state.tileMaximum[r]);
            typename S::WeightSum sum;
            for (int i = 0; i < count; i += kWeightStep) {
                const auto first = S::weightSteps(S::sub(S::load(row + i), origin));
                const auto second = S::weightSteps(S::sub(S::load(row + i + L), origin));
                sum.add(first, second);
                S::storePairs(row + i / 2, first, second);
            }
            state.tileSum[r] = sum.total();
        }
        for (int r = 0; r < state.rows; r += L) {
            const Float shift = S::sub(S::load(state.tileMaximum + r), S::load(state.maximum + r));
            const Float scale = S::mul(Exponential<S>::softmaxWeight(shift), S::set(1.0f / S::kSteps));
            S::store(state.weightScale + r, scale);
            S::store(state.sum + r, S::fma(S::load(state.tileSum + r), scale, S::load(state.sum + r)));
        }
    }

    // output += P·V
    static void mix(const State& state, const float* values, int count) {
        const float* scales = values + kKeyTile / 2 * state.outputStride;
        for (int first = 0; first < state.headDim; first += kPanel) {
            if (panelWidth(state.headDim, first) == kPanel)
                mixPanel<2>(state, values, scales + first, count, first);
            else
                mixPanel<1>(state, values, scales + first, count, first);
            values += kKeyTile / 2 * panelWidth(state.headDim, first);
        }
    }

private:
    static constexpr int kRowsAhead = 4;
    static constexpr float kSmallest = 1e-30f;  // what is smaller throughout counts as zero: S::kSteps / it is finite

    struct Queries {
        static constexpr int kRowStep = 1, kPairStep = kRows;
    };
    struct Weights {
        static constexpr int kRowStep = State::kScoreStride, kPairStep = 1;
    };

    PENJING_INLINE static int pairsOf(int n) { return (n + 1) / 2; }
    PENJING_INLINE static int weightPairs(int count) { return (count + kWeightStep - 1) / kWeightStep * L; }
    PENJING_INLINE static int clampLanes(int n) { return n < 0 ? 0 : (n < L ? n : L); }
    PENJING_INLINE static int panelWidth(int headDim, int first) { return headDim - first > L ? kPanel : L; }

    // The largest magnitude of what was added. Maxima drop NaN, so that is kept beside them: `spoilt` is 0 or NaN (of
    // an infinity too).
    struct Range {
        Float largest = S::zero(), spoilt = S::zero();

        PENJING_INLINE void add(Float x) {
            largest = S::max(largest, S::max(x, S::sub(S::zero(), x)));
            spoilt = S::fma(x, S::zero(), spoilt);
        }
        PENJING_INLINE static Float stepsPerUnit(Float top) {
            return S::zeroBelow(top, S::set(kSmallest), S::div(S::set(S::kSteps), top));
        }
        PENJING_INLINE static Float step(Float top, Float poison) {
            return S::add(S::zeroBelow(top, S::set(kSmallest), S::mul(top, S::set(1.0f / S::kSteps))), poison);
        }
    };

    // Rows of n floats as columns of pairs, with their scales; rows that fill `columns` up are zero.
    static void packRows(const float* from, std::ptrdiff_t stride, int rows, int n, float* packed, int columns,
                         float* scales) {
        float stepsPerUnit[kMaxPairRows];
        for (int r = 0; r < rows; ++r) {
            Range range;
            for (int i = 0; i < n; i += L) {
                // Rows of a head are pages apart: the processor does not see them coming.
                __builtin_prefetch(from + (r + kRowsAhead) * stride + i);
                range.add(S::loadPartial(from + r * stride + i, clampLanes(n - i)));
            }
            const Float top = S::set(S::largest(range.largest));
            stepsPerUnit[r] = S::largest(Range::stepsPerUnit(top));
            scales[r] = S::largest(Range::step(top, S::set(S::sum(range.spoilt))));
        }
        for (int r = rows; r < columns; ++r) scales[r] = 0.0f;
        transposePairs<S>(
            from, stride, rows, n, [&](int r) { return stepsPerUnit[r]; }, packed, columns);
        clearColumns(packed, pairsOf(n), columns, rows);
    }

    // `valid` (0…L) columns of `count` rows as rows of pairs that are `width` floats apart, with their scales.
    static void packColumns(const float* from, std::ptrdiff_t stride, int count, int valid, float* packed, int width,
                            float* scales) {
        Range range;
        for (int key = 0; key < count; ++key) range.add(S::loadPartial(from + key * stride, valid));
        const Float factor = Range::stepsPerUnit(range.largest);
        S::store(scales, Range::step(range.largest, range.spoilt));
        const auto packed16 = [&](int key) {
            const bool exists = key < count;
            return S::toHalf(S::mul(S::loadPartial(exists ? from + key * stride : from, exists ? valid : 0), factor));
        };
        for (int first = 0; first < count; first += kWeightStep)
            for (int key = first; key < first + L; ++key, packed += width)
                S::store(packed, S::pairs(packed16(key), packed16(key + L)));
    }

    template <int NV>
    PENJING_INLINE static void mixPanel(const State& state, const float* values, const float* scales, int count,
                                        int first) {
        for (int r = 0; r < state.rows; r += kRows) {
            float* output = state.output + r * state.outputStride + first;
            const IntegerProduct product{.x = state.scores + r * State::kScoreStride,
                                         .pairs = weightPairs(count),
                                         .columns = values,
                                         .rowScales = state.weightScale + r,
                                         .columnScales = scales,
                                         .start = output,
                                         .startStride = state.outputStride,
                                         .sums = output,
                                         .sumStride = state.outputStride};
            IntegerTile<S, NV, Weights>::multiplyAdd(product, state.rows - r);
        }
    }
};

}  // namespace penjing::kernels
