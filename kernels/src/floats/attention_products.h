#pragma once

#include <limits>

#include "floats/attention_state.h"
#include "floats/attention_weights.h"
#include "floats/tile.h"
#include "floats/transpose.h"
#include "floats/vector_loop.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// The two matrix products of attention, Q·Kᵀ and P·V, with fp32 factors.
template <class S>
struct AttentionProducts {
    using Float = typename S::Float;
    using State = AttentionState<S>;
    static constexpr int L = S::kLanes;
    static constexpr Factors kFactors = Factors::F32;
    static constexpr int kWeightStep = L;  // scores of a row are made weights in such steps
    static constexpr int kMaxHeadDim = std::numeric_limits<int>::max();
    static constexpr int kPanel = 2 * L;           // keys, or value columns, of one register tile
    static constexpr int kRows = kTileRows<S, 2>;  // queries of one register tile
    static_assert(kKeyTile % kPanel == 0 && kMaxQueryTile % kRows == 0);

    // [panel][headDim][kPanel keys]; missing keys of the last panel are zero.
    static void packKeys(const float* k, std::ptrdiff_t stride, int count, int headDim, float* packed) {
        for (int first = 0; first < count; first += kPanel, packed += kPanel * headDim) {
            const int valid = count - first < kPanel ? count - first : kPanel;
            transpose<S>(k + first * stride, stride, valid, headDim, packed, kPanel);
            clearColumns(packed, headDim, kPanel, valid);
        }
    }

    // [panel][kKeyTile][width]: panels are kPanel columns wide, the last one L if that is enough for the rest.
    static void packValues(const float* v, std::ptrdiff_t stride, int count, int headDim, float* packed) {
        for (int first = 0; first < headDim; first += kPanel) {
            const int width = panelWidth(headDim, first);
            for (int key = 0; key < count; ++key) {
                const float* source = v + key * stride + first;
                float* row = packed + key * width;
                for (int column = 0; column < width; column += L)
                    S::store(row + column, S::loadPartial(source + column, clampLanes(headDim - first - column)));
            }
            packed += kKeyTile * width;
        }
    }

    // [group of kRows][headDim][kRows]; queries that fill the last group up are zero.
    static void packQueries(const AttentionTile& tile, float factor, const State& state) {
        float* packed = state.queries;
        const Float scale = S::set(factor);
        const int groupFloats = kRows * tile.headDim;
        for (int first = 0; first < tile.rows; first += kRows, packed += groupFloats) {
            const int valid = tile.rows - first < kRows ? tile.rows - first : kRows;
            transpose<S>(tile.q + first * tile.qStride, tile.qStride, valid, tile.headDim, packed, kRows);
            clearColumns(packed, tile.headDim, kRows, valid);
            forEachVector<S>(groupFloats, packed, [&](int i, auto load) { return S::mul(load(packed + i), scale); });
        }
    }

    static void score(const State& state, const float* keys, int count) {
        for (int first = 0; first < count; first += kPanel, keys += kPanel * state.headDim) {
            const float* queries = state.queries;
            float* scores = state.scores + first;
            for (int r = 0; r < state.rows; r += kRows) {
                Tile<S, kRows, 2> tile;
                tile.clear();
                tile.template accumulate<1, kRows>(queries, keys, state.headDim);
                tile.store(scores, State::kScoreStride);
                queries += kRows * state.headDim;
                scores += kRows * State::kScoreStride;
            }
        }
    }

    // Keeps weights [i, i + L) of a row of scores for `mix`; returns what `mix` will multiply with.
    PENJING_INLINE static Float keepWeights(float* row, int i, Float weights) {
        S::store(row + i, weights);
        return weights;
    }

    static void weigh(State& state, int count) { weighRows<S, AttentionProducts>(state, count); }

    // output += P·V
    static void mix(const State& state, const float* values, int count) {
        for (int first = 0; first < state.headDim; first += kPanel) {
            if (panelWidth(state.headDim, first) == kPanel)
                mixPanel<2>(state, values, count, first);
            else
                mixPanel<1>(state, values, count, first);
            values += kKeyTile * panelWidth(state.headDim, first);
        }
    }

private:
    PENJING_INLINE static int clampLanes(int n) { return n < 0 ? 0 : (n < L ? n : L); }
    PENJING_INLINE static int panelWidth(int headDim, int first) { return headDim - first > L ? kPanel : L; }

    template <int NV>
    PENJING_INLINE static void mixPanel(const State& state, const float* values, int count, int first) {
        float* output = state.output + first;
        const float* weights = state.scores;
        for (int r = 0; r < state.rows; r += kRows) {
            Tile<S, kRows, NV> tile;
            tile.load(output, state.outputStride);
            tile.template accumulate<State::kScoreStride, 1>(weights, values, count);
            tile.store(output, state.outputStride);
            output += kRows * state.outputStride;
            weights += kRows * State::kScoreStride;
        }
    }
};

}  // namespace penjing::kernels
