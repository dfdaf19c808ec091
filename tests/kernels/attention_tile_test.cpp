#include "attention_support.h"

namespace penjing::kernels::test {
namespace {

using Case = AttentionCase;

constexpr double kLargestValue = 5.0;

class AttentionTileTest : public EverySet {
protected:
    const AttentionKernels& attention() const { return floats().attention; }
    int lanes() const { return floats().lanes; }
    void run(const Case& c, const Fenced& q, const Fenced& k, const Fenced& v, Fenced& out, float scale) {
        attend(attention(), lanes(), c, q, Packed(attention(), lanes(), k, v, c.keys, c.headDim), out, scale);
    }
};

// A score is off by at most headDim + 6 roundings of the largest Σ|q·k|·scale (every partial sum is smaller than that;
// some for the scaling and the exponential), the output is an average of values with such weights, and its sums round
// once for each key: |error| <= (2·score error + (keys + 8) roundings)·max|v|.
double tolerance(const Case& c, const Expected& e) {
    const double scoreError = (c.headDim + 6) * e.scoreMagnitude * kRounding;
    return (2.0 * scoreError + (c.keys + 8) * kRounding) * kLargestValue;
}

void expectMatchesDefinition(const Case& c, const Fenced& q, const Fenced& k, const Fenced& v, const Fenced& out,
                             float scale) {
    for (int r = 0; r < c.queries; ++r) {
        const Expected expected = expectedRow(c, q, k, v, static_cast<double>(scale), r);
        for (int d = 0; d < c.headDim; ++d)
            ASSERT_NEAR(out.at(r, d), expected.value[static_cast<std::size_t>(d)], tolerance(c, expected))
                << "row " << r << " column " << d;
    }
}

TEST_P(AttentionTileTest, MatchesDefinition) {
    std::uint32_t seed = 1;
    for (const Case& c : allRemainders()) {
        SCOPED_TRACE(testing::Message() << c.queries << " queries, " << c.keys << " keys, width " << c.headDim
                                        << (c.causal ? ", causal from " : " ") << c.firstQuery);
        Fenced q(c.queries, c.headDim, c.headDim + 3, ++seed), k(c.keys, c.headDim, c.headDim + 5, ++seed);
        Fenced v(c.keys, c.headDim, c.headDim, ++seed), out(c.queries, c.headDim, c.headDim + 9);
        const float scale = 1.0f / std::sqrt(static_cast<float>(c.headDim));
        run(c, q, k, v, out, scale);
        expectMatchesDefinition(c, q, k, v, out, scale);
    }
}

TEST_P(AttentionTileTest, RowsDoNotDependOnTheirTile) {
    expectRowsDoNotDependOnTheirTile(attention(), lanes());
}

// Scores of several hundred: without the running maximum the exponentials would overflow.
TEST_P(AttentionTileTest, LargeScoresKeepTheirDigits) {
    const Case c{3, 200, 32};
    const Fenced q(c.queries, c.headDim, c.headDim, 5, 20.0f), k(c.keys, c.headDim, c.headDim, 6, 20.0f);
    const Fenced v(c.keys, c.headDim, c.headDim, 7);
    Fenced out(c.queries, c.headDim, c.headDim);
    run(c, q, k, v, out, 1.0f);
    expectMatchesDefinition(c, q, k, v, out, 1.0f);
}

// A NaN spoils its own row and no other.
TEST_P(AttentionTileTest, NanStaysInItsRow) {
    const Case c{9, 140, 16};
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
