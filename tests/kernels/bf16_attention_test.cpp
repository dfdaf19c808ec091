#include <algorithm>

#include "attention_support.h"
#include "bf16_support.h"

namespace penjing::kernels::test {
namespace {

using Case = AttentionCase;

// If every weight is off by a factor of e^±error before they are divided by their sum, a result is off by at most
// (e^error − 1)·spread / e^−error. P is rounded to bfloat16, and its sum is that of the rounded weights; `scoreError`
// is the largest error of a score. Values are off by `valueError`, relative. Sums are fp32: a rounding for each key in
// numerator and denominator and a few for rescaling.
double tolerance(const Case& c, const Expected& e, std::size_t d, double scoreError, double valueError) {
    const double error = scoreError + 1.01 * kBf16Rounding;
    return (std::exp(2.0 * error) - std::exp(error)) * e.spread[d] +
           (valueError + (2.0 * c.keys + 16.0) * kRounding) * e.magnitude[d];
}

class Bf16AttentionTest : public EveryBf16Set {
protected:
    void run(const Case& c, const Fenced& q, const Packed& packed, Fenced& out, float scale) {
        attend(attention(), lanes(), c, q, packed, out, scale);
    }
    Packed pack(const Case& c, const Fenced& k, const Fenced& v) const {
        return {attention(), lanes(), k, v, c.keys, c.headDim};
    }
};

Fenced rounded(const Fenced& x, int rows, int cols, float factor) {
    Fenced result(rows, cols, cols);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < cols; ++c) result.at(r, c) = roundedToBf16(x.at(r, c) * factor);
    return result;
}

TEST_P(Bf16AttentionTest, MatchesDefinitionWithAndWithoutRoundedFactors) {
    std::uint32_t seed = 100;
    for (const Case& c : allRemainders()) {
        SCOPED_TRACE(testing::Message() << c.queries << " queries, " << c.keys << " keys, width " << c.headDim
                                        << (c.causal ? ", causal from " : " ") << c.firstQuery);
        const Fenced q(c.queries, c.headDim, c.headDim + 3, ++seed), k(c.keys, c.headDim, c.headDim + 5, ++seed);
        const Fenced v(c.keys, c.headDim, c.headDim + 1, ++seed);
        Fenced out(c.queries, c.headDim, c.headDim + 9);
        const float scale = 1.0f / std::sqrt(static_cast<float>(c.headDim));
        run(c, q, pack(c, k, v), out, scale);

        // Queries are rounded after they have been scaled for powers of two.
        const double ln2 = std::log(2.0);
        const Fenced roundedQ = rounded(q, c.queries, c.headDim, scale * 1.442695041f);
        const Fenced roundedK = rounded(k, c.keys, c.headDim, 1.0f), roundedV = rounded(v, c.keys, c.headDim, 1.0f);
        for (int r = 0; r < c.queries; ++r) {
            const Expected tight = expectedRow(c, roundedQ, roundedK, roundedV, ln2, r);
            const Expected loose = expectedRow(c, q, k, v, static_cast<double>(scale), r);
            const double sumError = (c.headDim + 6) * kRounding * 1.01 * loose.scoreMagnitude;
            const double factorError = (2.0 * kBf16Rounding + 4.0 * kRounding) * 1.01 * loose.scoreMagnitude;
            for (std::size_t d = 0; d < static_cast<std::size_t>(c.headDim); ++d) {
                const double actual = static_cast<double>(out.at(r, static_cast<int>(d)));
                ASSERT_NEAR(actual, tight.value[d], tolerance(c, tight, d, sumError, 0.0)) << r << ", " << d;
                ASSERT_NEAR(actual, loose.value[d], tolerance(c, loose, d, sumError + factorError, kBf16Rounding))
                    << r << ", " << d;
            }
        }
    }
}

// Scores that are small integers times ln 2 give weights that are powers of two: nothing is lost by rounding, and what
// remains are the sums in fp32.
TEST_P(Bf16AttentionTest, IsExactWhereBfloat16Is) {
    std::mt19937 generator(7);
    std::uniform_int_distribution<int> digit(-2, 2), wide(-127, 127);
    for (const Case& c : allRemainders()) {
        SCOPED_TRACE(testing::Message() << c.queries << " queries, " << c.keys << " keys, width " << c.headDim);
        Fenced q(c.queries, c.headDim, c.headDim), k(c.keys, c.headDim, c.headDim), v(c.keys, c.headDim, c.headDim);
        Fenced out(c.queries, c.headDim, c.headDim);
        for (int d = 0; d < c.headDim; ++d) {
            for (int r = 0; r < c.queries; ++r)
                q.at(r, d) = d % 8 == c.headDim % 8 ? 0.0f : static_cast<float>(digit(generator));
            for (int j = 0; j < c.keys; ++j) {
                k.at(j, d) = d < 12 ? static_cast<float>(digit(generator)) : 0.0f;
                v.at(j, d) = static_cast<float>(wide(generator)) / 64.0f;
            }
        }
        run(c, q, pack(c, k, v), out, 0.693147181f);
        for (int r = 0; r < c.queries; ++r) {
            const Expected e = expectedRow(c, q, k, v, std::log(2.0), r);
            for (std::size_t d = 0; d < static_cast<std::size_t>(c.headDim); ++d)
                ASSERT_NEAR(out.at(r, static_cast<int>(d)), e.value[d],
                            (2.0 * c.keys + 16.0) * kRounding * e.magnitude[d] + 1e-12)
                    << r << ", " << d;
        }
    }
}

TEST_P(Bf16AttentionTest, RowsDoNotDependOnTheirTile) {
    expectRowsDoNotDependOnTheirTile(attention(), lanes());
}

TEST_P(Bf16AttentionTest, LargeScoresStayFinite) {
    expectLargeScoresStayFinite(attention(), lanes());
}

TEST_P(Bf16AttentionTest, NanStaysInItsRow) {
    const Case c{9, 140, 16};
    Fenced q(c.queries, c.headDim, c.headDim, 8);
    const Fenced k(c.keys, c.headDim, c.headDim, 9), v(c.keys, c.headDim, c.headDim, 10);
    Fenced out(c.queries, c.headDim, c.headDim);
    q.at(4, 3) = kNaN;
    run(c, q, pack(c, k, v), out, 0.25f);
    for (int r = 0; r < c.queries; ++r)
        for (int d = 0; d < c.headDim; ++d) ASSERT_EQ(std::isnan(out.at(r, d)), r == 4);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Bf16AttentionTest);
INSTANTIATE_TEST_SUITE_P(Sets, Bf16AttentionTest, testing::ValuesIn(bf16Sets()), bf16SetName);

}  // namespace
}  // namespace penjing::kernels::test
