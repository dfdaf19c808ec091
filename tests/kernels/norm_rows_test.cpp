#include <numeric>

#include "float_support.h"

namespace penjing::kernels::test {
namespace {

constexpr int kWidths[] = {1, 2, 7, 8, 15, 16, 17, 63, 64, 65, 130, 256};
constexpr float kEps = 1e-6f;

double meanOf(const Fenced& x, int n) {
    double sum = 0.0;
    for (int i = 0; i < n; ++i) sum += static_cast<double>(x.at(0, i));
    return sum / n;
}
double meanSquareAround(const Fenced& x, int n, double center) {
    double sum = 0.0;
    for (int i = 0; i < n; ++i)
        sum += (static_cast<double>(x.at(0, i)) - center) * (static_cast<double>(x.at(0, i)) - center);
    return sum / n;
}

class NormRowsTest : public EverySet {};

// The mean is off by n/4 + 6 roundings of the mean magnitude at most (four or more running sums, then a tree); relative
// to the deviation that counts magnitude/deviation times. Squares and factor add a relative error of about the same
// size.
TEST_P(NormRowsTest, LayerNormModulate) {
    for (const float offset : {0.0f, 30.0f})
        for (const int n : kWidths) {
            Fenced x(1, n, n, 41), shift(1, n, n, 42), scale(1, n, n, 43), y(1, n, n);
            for (int i = 0; i < n; ++i) x.at(0, i) += offset;
            floats().layerNormModulate(x.data(), shift.data(), scale.data(), kEps, n, y.data());
            const double mean = meanOf(x, n),
                         factor = 1.0 / std::sqrt(meanSquareAround(x, n, mean) + static_cast<double>(kEps));
            const double relative = (n / 4.0 + 10.0) * kRounding;
            for (int i = 0; i < n; ++i) {
                const double normal = (static_cast<double>(x.at(0, i)) - mean) * factor;
                const double gain = 1.0 + static_cast<double>(scale.at(0, i));
                const double expected = normal * gain + static_cast<double>(shift.at(0, i));
                const double allowed =
                    relative *
                    ((std::abs(normal) + (std::abs(mean) + 1.0) * factor) * std::abs(gain) + std::abs(expected) + 1.0);
                ASSERT_NEAR(y.at(0, i), expected, allowed) << "width " << n << ", offset " << offset;
            }
            EXPECT_TRUE(y.fencesStand());
        }
}

TEST_P(NormRowsTest, RmsNormInPlaceToo) {
    for (const int n : kWidths) {
        Fenced x(1, n, n, 44, 3.0f), weight(1, n, n, 45), y(1, n, n);
        floats().rmsNorm(x.data(), weight.data(), kEps, n, y.data());
        const double factor = 1.0 / std::sqrt(meanSquareAround(x, n, 0.0) + static_cast<double>(kEps));
        for (int i = 0; i < n; ++i) {
            const double expected = static_cast<double>(x.at(0, i)) * factor * static_cast<double>(weight.at(0, i));
            ASSERT_NEAR(y.at(0, i), expected, (n / 8.0 + 10.0) * kRounding * std::abs(expected));
        }
        EXPECT_TRUE(y.fencesStand());
        floats().rmsNorm(x.data(), weight.data(), kEps, n, x.data());
        for (int i = 0; i < n; ++i) ASSERT_EQ(x.at(0, i), y.at(0, i));
    }
}

// Squares of 40000 sum up to 5e12: far inside float. Zeros give zeros, not NaN.
TEST_P(NormRowsTest, RmsNormOfExtremes) {
    const int n = 3072;
    std::vector<float> x(n, 40000.0f), zero(n, 0.0f), one(n, 1.0f), y(n);
    floats().rmsNorm(x.data(), one.data(), kEps, n, y.data());
    for (const float value : y) ASSERT_NEAR(value, 1.0, (n / 8.0) * kRounding);
    floats().rmsNorm(zero.data(), one.data(), kEps, n, y.data());
    for (const float value : y) ASSERT_EQ(value, 0.0f);
}

TEST_P(NormRowsTest, HeadNormRopeBothLayouts) {
    for (const bool interleaved : {true, false})
        for (const int headDim : {2, 6, 8, 16, 24, 64, 128}) {
            const int heads = 3, half = headDim / 2;
            Fenced x(1, heads * headDim, heads * headDim, 46), weight(1, headDim, headDim, 47);
            Fenced cosine(1, half, half), sine(1, half, half);
            for (int j = 0; j < half; ++j) {
                cosine.at(0, j) = std::cos(0.37f * static_cast<float>(j + 1));
                sine.at(0, j) = std::sin(0.37f * static_cast<float>(j + 1));
            }
            const Fenced before = x;
            floats().headNormRope(x.data(), heads, headDim, weight.data(), kEps,
                                  {cosine.data(), sine.data(), interleaved});
            for (int h = 0; h < heads; ++h) {
                double sum = 0.0;
                for (int d = 0; d < headDim; ++d)
                    sum += static_cast<double>(before.at(0, h * headDim + d)) *
                           static_cast<double>(before.at(0, h * headDim + d));
                const double factor = 1.0 / std::sqrt(sum / headDim + static_cast<double>(kEps));
                const auto normal = [&](int d) {
                    return static_cast<double>(before.at(0, h * headDim + d)) * factor *
                           static_cast<double>(weight.at(0, d));
                };
                for (int j = 0; j < half; ++j) {
                    const int first = interleaved ? 2 * j : j, second = interleaved ? 2 * j + 1 : j + half;
                    const double a = normal(first), b = normal(second);
                    const double c = static_cast<double>(cosine.at(0, j)), s = static_cast<double>(sine.at(0, j));
                    const double allowed = (headDim / 8.0 + 14.0) * kRounding * (std::abs(a) + std::abs(b));
                    ASSERT_NEAR(x.at(0, h * headDim + first), a * c - b * s, allowed);
                    ASSERT_NEAR(x.at(0, h * headDim + second), b * c + a * s, allowed);
                }
            }
            EXPECT_TRUE(x.fencesStand());
        }
}

// Sums in double of floats are off by (terms) roundings of 2^-53, which no test of floats can see: 1e-12 is generous.
TEST_P(NormRowsTest, PatternSums) {
    for (const int channels : {3, 8, 16, 24}) {
        const int period = std::lcm(channels, floats().lanes);
        for (const int pixels : {1, 5, 16, 37, 200}) {
            const int n = pixels * channels;
            Fenced x(1, n, n, 48, 5.0f);
            std::vector<double> sum(static_cast<std::size_t>(period), -1.0), squares(sum);
            floats().patternSums(x.data(), static_cast<std::size_t>(n), period, sum.data(), squares.data());
            for (int j = 0; j < period; ++j) {
                double expectedSum = 0.0, expectedSquares = 0.0;
                for (int i = j; i < n; i += period) {
                    const double v = static_cast<double>(x.at(0, i));
                    expectedSum += v;
                    expectedSquares += v * v;
                }
                ASSERT_NEAR(sum[static_cast<std::size_t>(j)], expectedSum, 1e-12 * (1.0 + std::abs(expectedSquares)));
                ASSERT_NEAR(squares[static_cast<std::size_t>(j)], expectedSquares, 1e-12 * (1.0 + expectedSquares));
            }
        }
    }
}

TEST_P(NormRowsTest, PatternAffine) {
    for (const bool silu : {false, true})
        for (const int channels : {3, 16, 24}) {
            const int period = std::lcm(channels, floats().lanes), n = 77 * channels;
            Fenced x(1, n, n, 49), scale(1, period, period, 50), shift(1, period, period, 51), y(1, n, n);
            floats().patternAffine(x.data(), static_cast<std::size_t>(n), period, scale.data(), shift.data(), silu,
                                   y.data());
            for (int i = 0; i < n; ++i) {
                const double product = static_cast<double>(x.at(0, i)) * static_cast<double>(scale.at(0, i % period));
                const double affine = product + static_cast<double>(shift.at(0, i % period));
                const double expected = silu ? affine / (1.0 + std::exp(-affine)) : affine;
                const double magnitude = std::abs(product) + std::abs(affine) + 1.0;  // |silu'| < 1.1
                ASSERT_NEAR(y.at(0, i), expected, 12.0 * kRounding * magnitude);
            }
            EXPECT_TRUE(y.fencesStand());
        }
}

INSTANTIATE_TEST_SUITE_P(Sets, NormRowsTest, everySet(), setName);

}  // namespace
}  // namespace penjing::kernels::test
