#include <algorithm>

#include "float_support.h"

namespace penjing::kernels::test {
namespace {

struct Case {
    int queries, keys, headDim;
    bool causal;
    int firstQuery;
};

// softmax(q·kᵀ·scale)·v in double, from the definition.
std::vector<double> expectedRow(const Case& c, const Fenced& q, const Fenced& k, const Fenced& v, float scale,
                                int row) {
    const int seen = c.causal ? std::min(c.keys, c.firstQuery + row + 1) : c.keys;
    std::vector<double> scores(static_cast<std::size_t>(seen));
    for (int j = 0; j < seen; ++j) {
        double dot = 0.0;
        for (int d = 0; d < c.headDim; ++d) dot += static_cast<double>(q.at(row, d)) * static_cast<double>(k.at(j, d));
        scores[static_cast<std::size_t>(j)] = dot * static_cast<double>(scale);
    }
    const double top = *std::max_element(scores.begin(), scores.end());
    double sum = 0.0;
    std::vector<double> out(static_cast<std::size_t>(c.headDim), 0.0);
    for (int j = 0; j < seen; ++j) {
        const double weight = std::exp(scores[static_cast<std::size_t>(j)] - top);
        sum += weight;
        for (int d = 0; d < c.headDim; ++d)
            out[static_cast<std::size_t>(d)] += weight * static_cast<double>(v.at(j, d));
    }
    for (double& value : out) value /= sum;
    return out;
}

class AttentionTileTest : public EverySet {
protected:
    void run(const Case& c, Fenced& q, Fenced& k, Fenced& v, Fenced& out, float scale) {
        const int lanes = floats().lanes;
        const int tiles = (c.keys + kKeyTile - 1) / kKeyTile;
        std::vector<float> keys(static_cast<std::size_t>(tiles) * packedKeyFloats(c.headDim, Factors::F32), kNaN);
        std::vector<float> values(static_cast<std::size_t>(tiles) * packedValueFloats(c.headDim, lanes, Factors::F32),
                                  kNaN);
        for (int t = 0; t < tiles; ++t) {
            const int count = std::min(kKeyTile, c.keys - t * kKeyTile);
            floats().attention.packKeys(
                &k.at(t * kKeyTile, 0), k.stride(), count, c.headDim,
                keys.data() + static_cast<std::size_t>(t) * packedKeyFloats(c.headDim, Factors::F32));
            floats().attention.packValues(
                &v.at(t * kKeyTile, 0), v.stride(), count, c.headDim,
                values.data() + static_cast<std::size_t>(t) * packedValueFloats(c.headDim, lanes, Factors::F32));
        }
        std::vector<float> scratch(attentionScratchFloats(c.queries, c.headDim, lanes) + 16, kNaN);
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
        tile.keys = keys.data();
        tile.values = values.data();
        tile.keyCount = c.keys;
        const std::size_t misaligned =
            (64 - reinterpret_cast<std::uintptr_t>(scratch.data()) % 64) % 64 / sizeof(float);
        tile.scratch = scratch.data() + misaligned;
        floats().attention.attend(tile);
        for (std::size_t i = 0; i < misaligned; ++i) ASSERT_TRUE(std::isnan(scratch[i]));
        const std::size_t used = misaligned + attentionScratchFloats(c.queries, c.headDim, lanes);
        for (std::size_t i = used; i < scratch.size(); ++i) ASSERT_TRUE(std::isnan(scratch[i])) << "scratch overrun";
    }
};

// A score is off by at most headDim + 2 roundings of Σ|q·k|·scale (every partial sum is smaller than that) plus 4 for
// the scaling, a weight by the absolute error of its score plus that of the exponential, and the output is an average
// of values with such weights: |error| <= (2·score error + (keys + 8) roundings)·max|v|.
double tolerance(const Case& c, const Fenced& q, const Fenced& k, float scale, double largestValue, int row) {
    double scoreBound = 0.0;
    for (int j = 0; j < c.keys; ++j) {
        double sum = 0.0;
        for (int d = 0; d < c.headDim; ++d)
            sum += std::abs(static_cast<double>(q.at(row, d)) * static_cast<double>(k.at(j, d)));
        scoreBound = std::max(scoreBound, sum * static_cast<double>(scale));
    }
    const double scoreError = (c.headDim + 6) * scoreBound * kRounding;
    return (2.0 * scoreError + (c.keys + 8) * kRounding) * largestValue;
}

TEST_P(AttentionTileTest, MatchesDefinition) {
    std::vector<Case> cases;
    for (const int queries : {1, 5, 8, 13, 96})
        for (const int keys : {1, 31, 32, 33, 127, 128, 129, 300}) cases.push_back({queries, keys, 64, false, 0});
    for (const int headDim : {1, 7, 8, 15, 16, 17, 24, 40, 72, 128, 256, 512})
        cases.push_back({7, 130, headDim, false, 0});
    for (const int first : {0, 24, 120}) cases.push_back({40, 200, 16, true, first});
    std::uint32_t seed = 1;
    for (const Case& c : cases) {
        SCOPED_TRACE(testing::Message() << c.queries << " queries, " << c.keys << " keys, width " << c.headDim
                                        << (c.causal ? ", causal from " : " ") << c.firstQuery);
        Fenced q(c.queries, c.headDim, c.headDim + 3, ++seed), k(c.keys, c.headDim, c.headDim + 5, ++seed);
        Fenced v(c.keys, c.headDim, c.headDim, ++seed), out(c.queries, c.headDim, c.headDim + 9);
        const float scale = 1.0f / std::sqrt(static_cast<float>(c.headDim));
        run(c, q, k, v, out, scale);
        for (int r = 0; r < c.queries; ++r) {
            const std::vector<double> expected = expectedRow(c, q, k, v, scale, r);
            const double allowed = tolerance(c, q, k, scale, 5.0, r);
            for (int d = 0; d < c.headDim; ++d)
                ASSERT_NEAR(out.at(r, d), expected[static_cast<std::size_t>(d)], allowed)
                    << "row " << r << " column " << d;
        }
        EXPECT_TRUE(out.fencesStand());
    }
}

// Scores of several hundred: without the running maximum the exponentials would overflow.
TEST_P(AttentionTileTest, LargeScoresStayFinite) {
    const Case c{3, 200, 32, false, 0};
    Fenced q(c.queries, c.headDim, c.headDim, 5, 20.0f), k(c.keys, c.headDim, c.headDim, 6, 20.0f);
    Fenced v(c.keys, c.headDim, c.headDim, 7), out(c.queries, c.headDim, c.headDim);
    run(c, q, k, v, out, 1.0f);
    for (int r = 0; r < c.queries; ++r) {
        const std::vector<double> expected = expectedRow(c, q, k, v, 1.0f, r);
        for (int d = 0; d < c.headDim; ++d)
            ASSERT_NEAR(out.at(r, d), expected[static_cast<std::size_t>(d)], tolerance(c, q, k, 1.0f, 5.0, r));
    }
}

// A NaN spoils its own row and no other.
TEST_P(AttentionTileTest, NanStaysInItsRow) {
    const Case c{9, 140, 16, false, 0};
    Fenced q(c.queries, c.headDim, c.headDim, 8), k(c.keys, c.headDim, c.headDim, 9);
    Fenced v(c.keys, c.headDim, c.headDim, 10), out(c.queries, c.headDim, c.headDim);
    q.at(4, 3) = kNaN;
    run(c, q, k, v, out, 0.25f);
    for (int r = 0; r < c.queries; ++r)
        for (int d = 0; d < c.headDim; ++d) ASSERT_EQ(std::isnan(out.at(r, d)), r == 4);
}

INSTANTIATE_TEST_SUITE_P(Sets, AttentionTileTest, everySet(), setName);

}  // namespace
}  // namespace penjing::kernels::test
