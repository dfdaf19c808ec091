#include <algorithm>

#include "cpu_ops_support.h"

namespace penjing::test {
namespace {

struct Case {
    int queries, keys, heads, kvHeads, headDim;
    bool causal;
    int visibleKeys;
};

struct Problem {
    explicit Problem(const Case& shape)
        : c(shape),
          q(c.queries, c.heads * c.headDim, 5, 1),
          k(c.keys, c.kvHeads * c.headDim, 3, 2),
          v(c.keys, c.kvHeads * c.headDim, 0, 3),
          scale(1.0f / std::sqrt(static_cast<float>(c.headDim))) {}

    GappedMatrix run(Ops& ops) {
        GappedMatrix out(c.queries, c.heads * c.headDim, 7, 4);
        EXPECT_TRUE(ops.attention(args(out)).ok());
        EXPECT_TRUE(out.gapsStand());
        return out;
    }
    AttentionArgs args(GappedMatrix& out) {
        return {q.view, k.view, v.view, out.view, c.heads, c.kvHeads, c.headDim, scale, c.causal, c.visibleKeys};
    }

    // One output row of one head in double, from the definition.
    std::vector<double> expected(int row, int head) const {
        const int visible = c.visibleKeys < 0 ? c.keys : c.visibleKeys;
        const int seen = c.causal ? std::min(visible, row + 1) : visible;
        const std::ptrdiff_t kvColumn = static_cast<std::ptrdiff_t>(head / (c.heads / c.kvHeads)) * c.headDim;
        std::vector<double> weights(static_cast<std::size_t>(seen)), out(static_cast<std::size_t>(c.headDim), 0.0);
        double top = -1e300, sum = 0.0;
        for (int j = 0; j < seen; ++j) {
            double dot = 0.0;
            for (int d = 0; d < c.headDim; ++d)
                dot += static_cast<double>(q.view.row(row)[head * c.headDim + d]) *
                       static_cast<double>(k.view.row(j)[kvColumn + d]);
            weights[static_cast<std::size_t>(j)] = dot * static_cast<double>(scale);
            top = std::max(top, dot * static_cast<double>(scale));
        }
        for (int j = 0; j < seen; ++j) {
            const double weight = std::exp(weights[static_cast<std::size_t>(j)] - top);
            sum += weight;
            for (int d = 0; d < c.headDim; ++d)
                out[static_cast<std::size_t>(d)] += weight * static_cast<double>(v.view.row(j)[kvColumn + d]);
        }
        for (double& value : out) value /= sum;
        return out;
    }

    Case c;
    GappedMatrix q, k, v;
    float scale;
};

class CpuOpsAttentionTest : public EveryKernelSet {
protected:
    // Unit normal q and k: a score is a sum of headDim terms whose absolute values add up to about sqrt(headDim) after
    // scaling, so it is off by about headDim^1.5 roundings at the very most; weights and averages double that.
    void check(const Case& c) {
        SCOPED_TRACE(testing::Message() << c.queries << " queries, " << c.keys << " keys, " << c.heads << "/"
                                        << c.kvHeads << " heads of " << c.headDim);
        Problem problem(c);
        const auto backend = ops();
        const GappedMatrix out = problem.run(*backend);
        const double allowed = (4.0 * std::pow(c.headDim + 6, 1.5) + c.keys + 8) * kRounding * 5.0;
        for (int r = 0; r < c.queries; ++r)
            for (int h = 0; h < c.heads; ++h) {
                const std::vector<double> expected = problem.expected(r, h);
                for (int d = 0; d < c.headDim; ++d)
                    ASSERT_NEAR(out.view.row(r)[h * c.headDim + d], expected[static_cast<std::size_t>(d)], allowed)
                        << r << ", head " << h << ", " << d;
            }
    }
};

TEST_P(CpuOpsAttentionTest, MatchesDefinition) {
    check({88, 88, 4, 4, 64, false, -1});
    check({200, 131, 2, 2, 40, false, -1});
    check({33, 257, 1, 1, 128, false, -1});
    check({20, 20, 1, 1, 384, false, -1});
}
TEST_P(CpuOpsAttentionTest, GroupedHeads) {
    check({50, 50, 8, 2, 32, true, -1});
    check({50, 50, 6, 3, 16, false, -1});
}
TEST_P(CpuOpsAttentionTest, CausalAndPadded) {
    check({24, 24, 4, 2, 64, true, 9});
    check({300, 300, 2, 1, 16, true, -1});
    check({40, 200, 2, 2, 16, false, 130});
    check({40, 200, 2, 2, 16, false, 1});
}

TEST_P(CpuOpsAttentionTest, InPlaceOfTheQueries) {
    for (const Case& c : {Case{200, 131, 3, 3, 40, false, -1}, Case{100, 100, 4, 2, 64, true, -1}}) {
        Problem problem(c);
        const auto backend = ops();
        const GappedMatrix apart = problem.run(*backend);
        ASSERT_TRUE(backend->attention(problem.args(problem.q)).ok());
        for (int r = 0; r < c.queries; ++r)
            EXPECT_EQ(std::memcmp(problem.q.view.row(r), apart.view.row(r), sizeof(float) * apart.view.cols), 0) << r;
    }
}

TEST_P(CpuOpsAttentionTest, PaddingIsNotRead) {
    Problem problem({12, 40, 2, 2, 16, false, 20});
    const auto backend = ops();
    const GappedMatrix clean = problem.run(*backend);
    for (int r = 20; r < 40; ++r) {
        std::fill_n(problem.k.view.row(r), problem.k.view.cols, kNaN);
        std::fill_n(problem.v.view.row(r), problem.v.view.cols, kNaN);
    }
    const GappedMatrix out = problem.run(*backend);
    for (int r = 0; r < 12; ++r) EXPECT_EQ(std::memcmp(out.view.row(r), clean.view.row(r), 32 * sizeof(float)), 0);
}

TEST_P(CpuOpsAttentionTest, NoVisibleKeyGivesZero) {
    Problem problem({3, 8, 1, 1, 8, false, 0});
    const auto backend = ops();
    const GappedMatrix out = problem.run(*backend);
    for (int r = 0; r < 3; ++r)
        for (int d = 0; d < 8; ++d) EXPECT_EQ(out.view.row(r)[d], 0.0f);
}

// Threads also change the size of the query tiles, so this compares tilings too.
TEST_P(CpuOpsAttentionTest, ThreadsDoNotChangeBits) {
    for (const Case& c : {Case{300, 300, 2, 1, 64, true, -1}, Case{97, 150, 3, 3, 40, false, 149}}) {
        Problem problem(c);
        const auto one = ops(1), two = ops(2), many = ops(9);
        const GappedMatrix reference = problem.run(*one);
        for (const GappedMatrix& other : {problem.run(*two), problem.run(*many), problem.run(*one)})
            for (int r = 0; r < c.queries; ++r)
                ASSERT_EQ(std::memcmp(reference.view.row(r), other.view.row(r),
                                      static_cast<std::size_t>(c.heads * c.headDim) * sizeof(float)),
                          0);
    }
}

TEST_P(CpuOpsAttentionTest, RefusesShapesThatDoNotFit) {
    Problem problem({4, 4, 4, 2, 8, false, -1});
    const auto backend = ops();
    GappedMatrix out(4, 32, 0, 1);
    const AttentionArgs good = problem.args(out);
    AttentionArgs badHeads = good, badVisible = good, badWidth = good;
    badHeads.kvHeads = 3;
    badVisible.visibleKeys = 5;
    badWidth.headDim = 16;
    EXPECT_TRUE(backend->attention(good).ok());
    for (const AttentionArgs& bad : {badHeads, badVisible, badWidth}) EXPECT_FALSE(backend->attention(bad).ok());
}

INSTANTIATE_TEST_SUITE_P(Sets, CpuOpsAttentionTest, everyKernelSet(), setName);

}  // namespace
}  // namespace penjing::test
