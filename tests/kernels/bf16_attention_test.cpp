#include <algorithm>

#include "bf16_support.h"

namespace penjing::kernels::test {
namespace {

struct Case {
    int queries, keys, headDim;
    bool causal = false;
    int firstQuery = 0;
};

std::vector<Case> allRemainders() {
    std::vector<Case> cases;
    for (const int queries : {1, 3, 4, 5, 8, 9, 12, 13, 25, 96})
        for (const int keys : {1, 2, 31, 32, 33, 127, 128, 129, 301}) cases.push_back({queries, keys, 64});
    for (const int headDim : {1, 2, 7, 15, 16, 17, 24, 31, 33, 40, 72, 96, 128, 256, 512})
        for (const int keys : {5, 130}) cases.push_back({7, keys, headDim});
    for (const int first : {0, 24, 120}) cases.push_back({40, 201, 16, true, first});
    return cases;
}

std::vector<float> nanPairs(std::size_t count) {
    return std::vector<float>(count, kNaNPair);
}

bool allNaN(const float* p, std::size_t count) {
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

Expected expectedRow(const Case& c, const Fenced& q, const Fenced& k, const Fenced& v, double scale, int row) {
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
        const std::size_t scratchFloats = attentionScratchFloats(c.queries, c.headDim, lanes());
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
        attention().attend(tile);
        EXPECT_TRUE(allNaN(scratch.data(), skipped));
        EXPECT_TRUE(allNaN(scratch.data() + skipped + scratchFloats, 32 - skipped)) << "scratch overrun";
        EXPECT_TRUE(out.fencesStand());
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

// A row alone is the same, to the bit, as among others: its place in a register tile does not matter.
TEST_P(Bf16AttentionTest, RowsDoNotDependOnTheirTile) {
    const Case c{26, 131, 40};
    const Fenced q(c.queries, c.headDim, c.headDim, 21), k(c.keys, c.headDim, c.headDim, 22);
    const Fenced v(c.keys, c.headDim, c.headDim, 23);
    const Packed packed = pack(c, k, v);
    Fenced all(c.queries, c.headDim, c.headDim);
    run(c, q, packed, all, 0.2f);
    for (int r = 0; r < c.queries; ++r) {
        Fenced one(1, c.headDim, c.headDim), query(1, c.headDim, c.headDim);
        std::copy_n(&q.data()[r * q.stride()], c.headDim, query.data());
        run({1, c.keys, c.headDim}, query, packed, one, 0.2f);
        for (int d = 0; d < c.headDim; ++d) ASSERT_EQ(one.at(0, d), all.at(r, d)) << r;
    }
}

TEST_P(Bf16AttentionTest, LargeScoresStayFinite) {
    const Case c{3, 200, 32};
    const Fenced q(c.queries, c.headDim, c.headDim, 5, 20.0f), k(c.keys, c.headDim, c.headDim, 6, 20.0f);
    const Fenced v(c.keys, c.headDim, c.headDim, 7);
    Fenced out(c.queries, c.headDim, c.headDim);
    run(c, q, pack(c, k, v), out, 1.0f);
    for (int r = 0; r < c.queries; ++r)
        for (int d = 0; d < c.headDim; ++d) ASSERT_LT(std::abs(out.at(r, d)), 5.0f);
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
