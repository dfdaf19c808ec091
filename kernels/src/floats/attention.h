#pragma once

#include <limits>

#include "floats/exponential.h"
#include "floats/tile.h"
#include "floats/transpose.h"
#include "floats/vector_loop.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// Attention with an online softmax (Milakov and Gimelshein 2018; FlashAttention): per key tile, scores = Q·Kᵀ, the
// running maximum moves, earlier sums are rescaled, output += P·V. Scores are kept times log2(e), so that powers of 2
// suffice.
template <class S>
struct Attention {
    using Float = typename S::Float;
    static constexpr int L = S::kLanes;
    static constexpr int kPanel = 2 * L;               // keys, or value columns, of one register tile
    static constexpr int kRows = kTileRows<S, 2>;      // queries of one register tile
    static constexpr int kScoreStride = kKeyTile + L;  // off the power of two: rows would share cache sets
    static_assert(kKeyTile % kPanel == 0 && kMaxQueryTile % kRows == 0);

    // [panel][headDim][kPanel keys]; missing keys of the last panel are zero.
    static void packKeys(const float* k, std::ptrdiff_t stride, int count, int headDim, float* packed) {
        for (int first = 0; first < count; first += kPanel, packed += kPanel * headDim) {
            const int valid = count - first < kPanel ? count - first : kPanel;
            transpose<S>(k + first * stride, stride, valid, headDim, packed, kPanel);
            if (valid < kPanel)
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

    static void attend(const AttentionTile& tile) {
        State state = layOut(tile);
        packQueries(tile, state);
        const int end =
            tile.causal && tile.firstQuery + tile.rows < tile.keyCount ? tile.firstQuery + tile.rows : tile.keyCount;
        const float* keys = tile.keys;
        const float* values = tile.values;
        for (int first = 0; first < end; first += kKeyTile) {
            const int count = tile.keyCount - first < kKeyTile ? tile.keyCount - first : kKeyTile;
            score(state, keys, count);
            moveMaxima(tile, state, first, count);
            weigh(tile, state, count);
            mix(state, values, count);
            keys += packedKeyFloats(tile.headDim);
            values += packedValueFloats(tile.headDim, L);
        }
        writeOut(tile, state);
    }

private:
    struct State {
        int groups = 0;  // of kRows queries
        int headDim = 0;
        int outputStride = 0;
        float* queries = nullptr;  // [group][headDim][kRows]
        float* scores = nullptr;   // [groups·kRows][kScoreStride]
        float* output = nullptr;   // [groups·kRows][outputStride]
        float maximum[kMaxQueryTile];
        float sum[kMaxQueryTile];
    };

    PENJING_INLINE static int clampLanes(int n) { return n < 0 ? 0 : (n < L ? n : L); }
    PENJING_INLINE static int panelWidth(int headDim, int first) { return headDim - first > L ? kPanel : L; }

    static State layOut(const AttentionTile& tile) {
        State state;
        state.groups = (tile.rows + kRows - 1) / kRows;
        state.headDim = tile.headDim;
        state.outputStride = static_cast<int>(roundUpTo(static_cast<std::size_t>(tile.headDim), L));
        const std::ptrdiff_t rows = static_cast<std::ptrdiff_t>(state.groups) * kRows;
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

    // Queries that fill the last group up are zero: their scores are computed and never used.
    static void packQueries(const AttentionTile& tile, State& state) {
        const Float scale = S::set(tile.scale * 1.442695041f);
        const int groupFloats = kRows * tile.headDim;
        for (int first = 0; first < tile.rows; first += kRows) {
            float* packed = state.queries + first * tile.headDim;
            const int valid = tile.rows - first < kRows ? tile.rows - first : kRows;
            transpose<S>(tile.q + first * tile.qStride, tile.qStride, valid, tile.headDim, packed, kRows);
            if (valid < kRows)
                clearColumns(packed, tile.headDim, kRows, valid);
            forEachVector<S>(groupFloats, packed, [&](int i, auto load) { return S::mul(load(packed + i), scale); });
        }
    }

    // Columns [first, width) of a matrix of that width.
    static void clearColumns(float* p, int rows, int width, int first) {
        for (int r = 0; r < rows; ++r)
            for (int c = first; c < width; ++c) p[r * width + c] = 0.0f;
    }

    static void score(const State& state, const float* keys, int count) {
        for (int first = 0; first < count; first += kPanel, keys += kPanel * state.headDim) {
            const float* queries = state.queries;
            float* scores = state.scores + first;
            for (int g = 0; g < state.groups; ++g) {
                Tile<S, kRows, 2> tile;
                tile.clear();
                tile.template accumulate<1, kRows>(queries, keys, state.headDim);
                tile.store(scores, kScoreStride);
                queries += kRows * state.headDim;
                scores += kRows * kScoreStride;
            }
        }
    }

    // Scores a row may not see become −infinity; the running maximum of every row takes in the rest. Rows that see
    // nothing of this tile keep their maximum.
    static void moveMaxima(const AttentionTile& tile, State& state, int firstKey, int count) {
        const int end = static_cast<int>(roundUpTo(static_cast<std::size_t>(count), L));
        for (int r = 0; r < tile.rows; ++r) {
            float* row = state.scores + r * kScoreStride;
            const int visible = tile.causal ? tile.firstQuery + r + 1 - firstKey : count;
            const int seen = visible < 0 ? 0 : (visible < count ? visible : count);
            for (int i = seen; i < end; ++i) row[i] = -std::numeric_limits<float>::infinity();
            Float top = S::load(row);
            for (int i = L; i < end; i += L) top = S::max(top, S::load(row + i));
            const float largest = S::largest(top);
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

    // Scores become weights 2^(score − maximum).
    static void weigh(const AttentionTile& tile, State& state, int count) {
        for (int r = 0; r < tile.rows; ++r) {
            float* row = state.scores + r * kScoreStride;
            const Float maximum = S::set(state.maximum[r]);
            Float sum = S::zero();
            for (int i = 0; i < count; i += L) {
                const Float weight = Exponential<S>::softmaxWeight(S::sub(S::load(row + i), maximum));
                S::store(row + i, weight);
                sum = S::add(sum, weight);
            }
            state.sum[r] += S::sum(sum);
        }
    }

    static void mix(const State& state, const float* values, int count) {
        for (int first = 0; first < state.headDim; first += kPanel) {
            if (panelWidth(state.headDim, first) == kPanel)
                mixPanel<2>(state, values, count, first);
            else
                mixPanel<1>(state, values, count, first);
            values += kKeyTile * panelWidth(state.headDim, first);
        }
    }

    template <int NV>
    PENJING_INLINE static void mixPanel(const State& state, const float* values, int count, int first) {
        float* output = state.output + first;
        const float* weights = state.scores;
        for (int g = 0; g < state.groups; ++g) {
            Tile<S, kRows, NV> tile;
            tile.load(output, state.outputStride);
            tile.template accumulate<kScoreStride, 1>(weights, values, count);
            tile.store(output, state.outputStride);
            output += kRows * state.outputStride;
            weights += kRows * kScoreStride;
        }
    }

    static void writeOut(const AttentionTile& tile, const State& state) {
        for (int r = 0; r < tile.rows; ++r) {
            const Float factor = S::set(1.0f / state.sum[r]);
            const float* output = state.output + r * state.outputStride;
            float* out = tile.out + r * tile.outStride;
            for (int d = 0; d < tile.headDim; d += L)
                S::storePartial(out + d, S::mul(S::load(output + d), factor), clampLanes(tile.headDim - d));
        }
    }
};

}  // namespace penjing::kernels
