#include <algorithm>

#include "attention_support.h"

namespace penjing::kernels::test {
namespace {

using Case = AttentionCase;

constexpr double kSteps = 4095.0;

std::vector<Case> narrowRemainders() {
    std::vector<Case> cases = allRemainders();
    std::erase_if(cases, [](const Case& c) { return c.headDim > 128; });
    return cases;
}

// x as integers of −4095…4095 times a scale for each group of `rows` × `cols` elements, multiplied out again.
Fenced quantised(const Fenced& x, int rows, int cols, int groupRows, int groupCols) {
    Fenced result(rows, cols, cols);
    for (int r0 = 0; r0 < rows; r0 += groupRows)
        for (int c0 = 0; c0 < cols; c0 += groupCols) {
            const int r1 = std::min(rows, r0 + groupRows), c1 = std::min(cols, c0 + groupCols);
            double largest = 0.0;
            for (int r = r0; r < r1; ++r)
                for (int c = c0; c < c1; ++c) largest = std::max(largest, std::abs(static_cast<double>(x.at(r, c))));
            for (int r = r0; r < r1; ++r)
                for (int c = c0; c < c1; ++c)
                    result.at(r, c) = static_cast<float>(
                        std::nearbyint(static_cast<double>(x.at(r, c)) * kSteps / largest) * largest / kSteps);
        }
    return result;
}

// softmax(q·kᵀ·scale)·v of a row in double, and how far off it may be.
struct Row {
    std::vector<double> value, allowed;
};

// If scores are off by `scoreError` at most, a weight w becomes w·e^±scoreError; rounding adds half a step of the
// largest weight of its key tile (and 2.6e-6 of itself). With |w' − w| <= Δ, the quotient is off by at most
// Σ Δ|v − value| / Σ w'. Values are off by valueError; sums are fp32.
Row expected(const Case& c, const Fenced& q, const Fenced& k, const Fenced& v, double scale, int row, double scoreError,
             double valueError) {
    const int seen = c.causal ? std::min(c.keys, c.firstQuery + row + 1) : c.keys;
    std::vector<double> weights;
    for (int j = 0; j < seen; ++j) {
        double dot = 0.0;
        for (int d = 0; d < c.headDim; ++d) dot += static_cast<double>(q.at(row, d)) * static_cast<double>(k.at(j, d));
        weights.push_back(dot * scale);
    }
    const double top = *std::max_element(weights.begin(), weights.end());
    double sum = 0.0;
    for (double& weight : weights) sum += weight = std::exp(weight - top);
    std::vector<double> off;
    double least = 0.0;
    for (std::size_t j = 0; j < weights.size(); ++j) {
        const auto tile = weights.begin() + static_cast<std::ptrdiff_t>(j / kKeyTile * kKeyTile);
        const auto end = weights.end() - tile > kKeyTile ? tile + kKeyTile : weights.end();
        const double half = 0.5001 / kSteps * *std::max_element(tile, end) * std::exp(scoreError);
        off.push_back((std::exp(scoreError) * (1.0 + 3e-6) - 1.0) * weights[j] + half);
        least += std::max(0.0, weights[j] - off[j]);
    }
    const std::size_t width = static_cast<std::size_t>(c.headDim);
    Row result{std::vector<double>(width), std::vector<double>(width)};
    for (std::size_t d = 0; d < width; ++d) {
        const auto value = [&](std::size_t j) {
            return static_cast<double>(v.at(static_cast<int>(j), static_cast<int>(d)));
        };
        double magnitude = 0.0;
        for (std::size_t j = 0; j < weights.size(); ++j) {
            result.value[d] += weights[j] / sum * value(j);
            magnitude += weights[j] / sum * std::abs(value(j));
        }
        for (std::size_t j = 0; j < weights.size(); ++j)
            result.allowed[d] += off[j] * std::abs(value(j) - result.value[d]) / least;
        result.allowed[d] += valueError + (2.0 * c.keys + 16.0) * kRounding * magnitude;
    }
    return result;
}

double largestOf(const Fenced& x, int firstRow, int rows, int firstCol, int cols) {
    double largest = 0.0;
    for (int r = firstRow; r < firstRow + rows; ++r)
        for (int col = firstCol; col < firstCol + cols; ++col)
            largest = std::max(largest, std::abs(static_cast<double>(x.at(r, col))));
    return largest;
}

// The largest error of a row's scores by the rounding of its factors to half a step each.
double factorError(const Case& c, const Fenced& q, const Fenced& k, double scale, int row) {
    double worst = 0.0;
    const double stepQ = largestOf(q, row, 1, 0, c.headDim) * 0.5001 / kSteps;
    for (int j = 0; j < c.keys; ++j) {
        const double stepK = largestOf(k, j, 1, 0, c.headDim) * 0.5001 / kSteps;
        double error = 0.0;
        for (int d = 0; d < c.headDim; ++d)
            error += std::abs(static_cast<double>(q.at(row, d))) * stepK +
                     (std::abs(static_cast<double>(k.at(j, d))) + stepK) * stepQ;
        worst = std::max(worst, error * scale);
    }
    return worst;
}

std::vector<const KernelSet*> integerSets() {
    const auto supported = supportedKernelSets();
    std::vector<const KernelSet*> sets(supported.begin(), supported.end());
    std::erase_if(sets, [](const KernelSet* set) {
        const AttentionKernels* pairs = set->floats->pairAttention;
        return pairs == nullptr || pairs->factors != Factors::I13;
    });
    return sets;
}

class IntegerAttentionTest : public EverySet {
protected:
    const AttentionKernels& attention() const { return *floats().pairAttention; }
    int lanes() const { return floats().lanes; }
    void run(const Case& c, const Fenced& q, const Packed& packed, Fenced& out, float scale) {
        attend(attention(), lanes(), c, q, packed, out, scale);
    }
    Packed pack(const Case& c, const Fenced& k, const Fenced& v) const {
        return {attention(), lanes(), k, v, c.keys, c.headDim};
    }
};

TEST_P(IntegerAttentionTest, MatchesDefinitionWithAndWithoutRoundedFactors) {
    std::uint32_t seed = 300;
    for (const Case& c : narrowRemainders()) {
        SCOPED_TRACE(testing::Message() << c.queries << " queries, " << c.keys << " keys, width " << c.headDim
                                        << (c.causal ? ", causal from " : " ") << c.firstQuery);
        const Fenced q(c.queries, c.headDim, c.headDim + 3, ++seed), k(c.keys, c.headDim, c.headDim + 5, ++seed);
        const Fenced v(c.keys, c.headDim, c.headDim + 1, ++seed);
        Fenced out(c.queries, c.headDim, c.headDim + 9);
        const double scale = 1.0 / std::sqrt(static_cast<double>(c.headDim));
        run(c, q, pack(c, k, v), out, static_cast<float>(scale));

        const Fenced roundedQ = quantised(q, c.queries, c.headDim, 1, c.headDim);
        const Fenced roundedK = quantised(k, c.keys, c.headDim, 1, c.headDim);
        const Fenced roundedV = quantised(v, c.keys, c.headDim, kKeyTile, 1);
        const double stepV = largestOf(v, 0, c.keys, 0, c.headDim) * 0.5001 / kSteps;
        for (int r = 0; r < c.queries; ++r) {
            // The integer sums are exact; what is left of a score's error is a few roundings of the score itself.
            const Row tight = expected(c, roundedQ, roundedK, roundedV, scale, r, 64.0 * kRounding, 0.0);
            const Row loose = expected(c, q, k, v, scale, r, factorError(c, q, k, scale, r) + 64.0 * kRounding, stepV);
            for (std::size_t d = 0; d < static_cast<std::size_t>(c.headDim); ++d) {
                const double actual = static_cast<double>(out.at(r, static_cast<int>(d)));
                ASSERT_NEAR(actual, tight.value[d], tight.allowed[d]) << r << ", " << d;
                ASSERT_NEAR(actual, loose.value[d], loose.allowed[d]) << r << ", " << d;
            }
        }
    }
}

// A tile whose scores are all far below those of another one keeps its digits: its weights have a scale of their own.
TEST_P(IntegerAttentionTest, ManySmallWeightsCountBesideALargeOne) {
    const Case c{2, 1 + 8 * kKeyTile, 16};
    Fenced q(c.queries, c.headDim, c.headDim), k(c.keys, c.headDim, c.headDim), v(c.keys, c.headDim, c.headDim);
    for (int r = 0; r < c.queries; ++r)
        for (int d = 0; d < c.headDim; ++d) q.at(r, d) = d == 0 ? 1.0f : 0.0f;
    for (int j = 0; j < c.keys; ++j)
        for (int d = 0; d < c.headDim; ++d) {
            k.at(j, d) = d == 0 && j < kKeyTile ? 9.5f : 0.0f;  // e^9.5 = 13360 of the others' weights
            v.at(j, d) = j < kKeyTile ? 0.0f : 1.0f;
        }
    Fenced out(c.queries, c.headDim, c.headDim);
    run(c, q, pack(c, k, v), out, 1.0f);
    const double small = c.keys - kKeyTile, large = kKeyTile * std::exp(9.5);
    EXPECT_NEAR(static_cast<double>(out.at(0, 3)), small / (small + large), 1e-3 * small / large);
}

TEST_P(IntegerAttentionTest, RowsDoNotDependOnTheirTile) {
    expectRowsDoNotDependOnTheirTile(attention(), lanes());
}

// 128 products of the largest codes fill 31 bits.
TEST_P(IntegerAttentionTest, LargestSumsDoNotOverflow) {
    const Case c{1, kKeyTile, 128};
    for (const float sign : {1.0f, -1.0f}) {
        Fenced q(1, c.headDim, c.headDim), k(c.keys, c.headDim, c.headDim), v(c.keys, c.headDim, c.headDim);
        std::fill_n(q.data(), c.headDim, 1.0f);
        std::fill_n(k.data(), c.keys * c.headDim, sign);
        std::fill_n(v.data(), c.keys * c.headDim, sign * 3.0f);
        Fenced out(1, c.headDim, c.headDim);
        run(c, q, pack(c, k, v), out, 1.0f);
        for (int d = 0; d < c.headDim; ++d) ASSERT_NEAR(out.at(0, d), sign * 3.0f, 1e-5f);
    }
}

TEST_P(IntegerAttentionTest, LargeScoresStayFinite) {
    expectLargeScoresStayFinite(attention(), lanes());
}

TEST_P(IntegerAttentionTest, ZerosAndTinyNumbers) {
    const Case c{2, 40, 8};
    for (const float x : {0.0f, 1e-38f, -1e-42f}) {
        Fenced q(c.queries, c.headDim, c.headDim), k(c.keys, c.headDim, c.headDim), v(c.keys, c.headDim, c.headDim);
        std::fill_n(q.data(), c.queries * c.headDim, x);
        std::fill_n(k.data(), c.keys * c.headDim, x);
        std::fill_n(v.data(), c.keys * c.headDim, x);
        Fenced out(c.queries, c.headDim, c.headDim);
        run(c, q, pack(c, k, v), out, 1.0f);
        for (int d = 0; d < c.headDim; ++d) ASSERT_NEAR(out.at(1, d), 0.0f, 1e-30f);
    }
}

// What is not a number spoils the rows that see it and no others: in a query its row, in a key the rows from there on.
TEST_P(IntegerAttentionTest, NotANumberStaysWhereItIsSeen) {
    const Case c{9, 140, 16, true, 127};
    for (const float bad : {kNaN, std::numeric_limits<float>::infinity()}) {
        Fenced q(c.queries, c.headDim, c.headDim, 8), out(c.queries, c.headDim, c.headDim);
        Fenced k(c.keys, c.headDim, c.headDim, 9), v(c.keys, c.headDim, c.headDim, 10);
        q.at(4, 3) = bad;
        run(c, q, pack(c, k, v), out, 0.25f);
        for (int r = 0; r < c.queries; ++r)
            for (int d = 0; d < c.headDim; ++d) ASSERT_EQ(std::isnan(out.at(r, d)), r == 4);

        q.at(4, 3) = 0.5f;
        k.at(130, 2) = bad;  // row 3 is the first that sees key 130
        run(c, q, pack(c, k, v), out, 0.25f);
        for (int r = 0; r < c.queries; ++r)
            for (int d = 0; d < c.headDim; ++d) ASSERT_EQ(std::isnan(out.at(r, d)), r >= 3) << r;

        k.at(130, 2) = 0.5f;
        v.at(5, 7) = bad;
        run(c, q, pack(c, k, v), out, 0.25f);
        for (int r = 0; r < c.queries; ++r)
            for (int d = 0; d < c.headDim; ++d) ASSERT_EQ(std::isnan(out.at(r, d)), d == 7);
    }
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(IntegerAttentionTest);
INSTANTIATE_TEST_SUITE_P(Sets, IntegerAttentionTest, testing::ValuesIn(integerSets()), setName);

}  // namespace
}  // namespace penjing::kernels::test
