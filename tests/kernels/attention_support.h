#pragma once

#include <algorithm>
#include <bit>

#include "float_support.h"

namespace penjing::kernels::test {

// Two 16-bit NaNs of bfloat16, which are a float's NaN too: what packed factors are filled with before they are
// written.
inline constexpr float kNaNPair = std::bit_cast<float>(0x7fc07fc0u);

// One head of attention.
struct AttentionCase {
    int queries, keys, headDim;
    bool causal = false;
    int firstQuery = 0;
};

inline std::vector<AttentionCase> allRemainders() {
    std::vector<AttentionCase> cases;
    for (const int queries : {1, 3, 4, 5, 8, 9, 12, 13, 25, 96})
        for (const int keys : {1, 2, 31, 32, 33, 127, 128, 129, 301}) cases.push_back({queries, keys, 64});
    for (const int headDim : {1, 2, 7, 15, 16, 17, 24, 31, 33, 40, 72, 96, 128, 256, 512})
        for (const int keys : {5, 130}) cases.push_back({7, keys, headDim});
    for (const int first : {0, 24, 120}) cases.push_back({40, 201, 16, true, first});
    return cases;
}

inline std::vector<float> nanPairs(std::size_t count) {
    return std::vector<float>(count, kNaNPair);
}

inline bool allNaN(const float* p, std::size_t count) {
    return std::all_of(p, p + count, [](float x) { return std::isnan(x); });
}

// Keys and values of a problem, packed. What packing does not write stays NaN.
struct Packed {
    static constexpr std::size_t kFence = 64;
    std::vector<float> keys, values;
    std::size_t keyFloats, valueFloats;

    Packed(const AttentionKernels& set, int lanes, const Fenced& k, const Fenced& v, int count, int headDim)
        : keyFloats(packedKeyFloats(headDim, set.factors)),
          valueFloats(packedValueFloats(headDim, lanes, set.factors)) {
        const std::size_t tiles = static_cast<std::size_t>((count + kKeyTile - 1) / kKeyTile);
        keys = nanPairs(tiles * keyFloats + kFence);
        values = nanPairs(tiles * valueFloats + kFence);
        for (std::size_t t = 0; t < tiles; ++t) {
            const int first = static_cast<int>(t) * kKeyTile, inTile = std::min(kKeyTile, count - first);
            set.packKeys(k.data() + first * k.stride(), k.stride(), inTile, headDim, keys.data() + t * keyFloats);
            set.packValues(v.data() + first * v.stride(), v.stride(), inTile, headDim, values.data() + t * valueFloats);
        }
        EXPECT_TRUE(allNaN(keys.data() + tiles * keyFloats, kFence)) << "packKeys wrote too much";
        EXPECT_TRUE(allNaN(values.data() + tiles * valueFloats, kFence)) << "packValues wrote too much";
    }
};

// softmax(q·kᵀ·scale)·v of a row in double, and what an error bound needs.
struct Expected {
    std::vector<double> value;
    std::vector<double> spread;     // Σ weight·|v − value|, weights adding up to 1
    std::vector<double> magnitude;  // Σ weight·|v|
    double scoreMagnitude = 0.0;    // largest Σ|q·k|·scale
};

inline Expected expectedRow(const AttentionCase& c, const Fenced& q, const Fenced& k, const Fenced& v, double scale,
                            int row) {
    const int seen = c.causal ? std::min(c.keys, c.firstQuery + row + 1) : c.keys;
    const std::size_t width = static_cast<std::size_t>(c.headDim);
    Expected e{std::vector<double>(width), std::vector<double>(width), std::vector<double>(width)};
    std::vector<double> weights;
    for (int j = 0; j < seen; ++j) {
        double dot = 0.0, magnitude = 0.0;
        for (int d = 0; d < c.headDim; ++d) {
            const double term = static_cast<double>(q.at(row, d)) * static_cast<double>(k.at(j, d));
            dot += term;
            magnitude += std::abs(term);
        }
        weights.push_back(dot * scale);
        e.scoreMagnitude = std::max(e.scoreMagnitude, magnitude * scale);
    }
    const double top = *std::max_element(weights.begin(), weights.end());
    double sum = 0.0;
    for (double& weight : weights) sum += weight = std::exp(weight - top);
    const auto eachValue = [&](const auto& use) {
        for (int j = 0; j < seen; ++j)
            for (std::size_t d = 0; d < width; ++d)
                use(d, weights[static_cast<std::size_t>(j)] / sum, static_cast<double>(v.at(j, static_cast<int>(d))));
    };
    eachValue([&](std::size_t d, double weight, double value) {
        e.value[d] += weight * value;
        e.magnitude[d] += weight * std::abs(value);
    });
    eachValue(
        [&](std::size_t d, double weight, double value) { e.spread[d] += weight * std::abs(value - e.value[d]); });
    return e;
}

// Runs one query tile; what lies around its scratch and its output must stay as it was.
inline void attend(const AttentionKernels& set, int lanes, const AttentionCase& c, const Fenced& q,
                   const Packed& packed, Fenced& out, float scale) {
    const std::size_t scratchFloats = attentionScratchFloats(c.queries, c.headDim, lanes);
    std::vector<float> scratch = nanPairs(scratchFloats + 32);
    const std::size_t skipped = (64 - reinterpret_cast<std::uintptr_t>(scratch.data()) % 64) % 64 / sizeof(float);
    AttentionTile tile;
    tile.q = q.data();
    tile.qStride = q.stride();
    tile.out = out.data();
    tile.outStride = out.stride();
    tile.rows = c.queries;
    tile.headDim = c.headDim;
    tile.scale = scale;
    tile.causal = c.causal;
    tile.firstQuery = c.firstQuery;
    tile.keys = packed.keys.data();
    tile.values = packed.values.data();
    tile.keyCount = c.keys;
    tile.scratch = scratch.data() + skipped;
    set.attend(tile);
    EXPECT_TRUE(allNaN(scratch.data(), skipped));
    EXPECT_TRUE(allNaN(scratch.data() + skipped + scratchFloats, 32 - skipped)) << "scratch overrun";
    EXPECT_TRUE(out.fencesStand());
}

// A row alone is the same, to the bit, as among others: its place in a register tile does not matter.
inline void expectRowsDoNotDependOnTheirTile(const AttentionKernels& set, int lanes) {
    const AttentionCase c{26, 131, 40};
    const Fenced q(c.queries, c.headDim, c.headDim, 21), k(c.keys, c.headDim, c.headDim, 22);
    const Fenced v(c.keys, c.headDim, c.headDim, 23);
    const Packed packed(set, lanes, k, v, c.keys, c.headDim);
    Fenced all(c.queries, c.headDim, c.headDim);
    attend(set, lanes, c, q, packed, all, 0.2f);
    for (int r = 0; r < c.queries; ++r) {
        Fenced one(1, c.headDim, c.headDim), query(1, c.headDim, c.headDim);
        std::copy_n(&q.data()[r * q.stride()], c.headDim, query.data());
        attend(set, lanes, {1, c.keys, c.headDim}, query, packed, one, 0.2f);
        for (int d = 0; d < c.headDim; ++d) ASSERT_EQ(one.at(0, d), all.at(r, d)) << r;
    }
}

// Scores of several hundred: without the running maximum the exponentials would overflow. Values lie within +-5, and
// their averages too.
inline void expectLargeScoresStayFinite(const AttentionKernels& set, int lanes) {
    const AttentionCase c{3, 200, 32};
    const Fenced q(c.queries, c.headDim, c.headDim, 5, 20.0f), k(c.keys, c.headDim, c.headDim, 6, 20.0f);
    const Fenced v(c.keys, c.headDim, c.headDim, 7);
    Fenced out(c.queries, c.headDim, c.headDim);
    attend(set, lanes, c, q, Packed(set, lanes, k, v, c.keys, c.headDim), out, 1.0f);
    for (int r = 0; r < c.queries; ++r)
        for (int d = 0; d < c.headDim; ++d) ASSERT_LT(std::abs(out.at(r, d)), 5.0f);
}

}  // namespace penjing::kernels::test
