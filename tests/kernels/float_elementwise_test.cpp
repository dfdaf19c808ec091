#include <cstring>

#include "float_support.h"

namespace penjing::kernels::test {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr int kLengths[] = {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100};

// Distance between neighbouring floats at `value`.
double ulp(double value) {
    const float at = static_cast<float>(std::abs(value));
    return static_cast<double>(std::nextafter(at, kInfinity)) - static_cast<double>(at);
}

class FloatElementwiseTest : public EverySet {
protected:
    std::vector<float> exponential(std::vector<float> x) {
        floats().exponential(x.data(), static_cast<int>(x.size()), x.data());
        return x;
    }
};

// The polynomial is off by 4e-9, the argument by half a unit of r (|r| < 0.35), product and sum by half a unit each.
TEST_P(FloatElementwiseTest, ExponentialWithinTwoUlp) {
    std::vector<float> x;
    for (int i = -8733; i < 8872; ++i) {
        x.push_back(static_cast<float>(i) * 0.01f);
        x.push_back(std::nextafter(static_cast<float>(i) * 0.01f + 0.003f, 1000.0f));
    }
    for (int i = 0; i < 60; ++i) x.push_back(std::ldexp(i % 2 == 0 ? 1.0f : -1.0f, -i));
    const std::vector<float> y = exponential(x);
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double expected = std::exp(static_cast<double>(x[i]));
        ASSERT_NEAR(y[i], expected, 2.0 * ulp(expected)) << "x = " << x[i];
    }
}

TEST_P(FloatElementwiseTest, ExponentialAtTheEnds) {
    const std::vector<float> y =
        exponential({0.0f, -0.0f, -87.4f, -1000.0f, -kInfinity, 88.8f, 1e30f, kInfinity, kNaN, -kNaN});
    EXPECT_EQ(y[0], 1.0f);
    EXPECT_EQ(y[1], 1.0f);
    for (const int zero : {2, 3, 4}) EXPECT_EQ(y[static_cast<std::size_t>(zero)], 0.0f);
    for (const int infinite : {5, 6, 7}) EXPECT_EQ(y[static_cast<std::size_t>(infinite)], kInfinity);
    EXPECT_TRUE(std::isnan(y[8]) && std::isnan(y[9]));
}

// e^−x within 2 ulp, the sum and the quotient half an ulp each: 4 roundings beside the first two.
TEST_P(FloatElementwiseTest, SiluMatchesDefinition) {
    for (const int n : kLengths) {
        Fenced x(1, n, n, static_cast<std::uint32_t>(n), 8.0f), y(1, n, n);
        floats().silu(x.data(), n, y.data());
        for (int i = 0; i < n; ++i) {
            const double v = static_cast<double>(x.at(0, i)), expected = v / (1.0 + std::exp(-v));
            ASSERT_NEAR(y.at(0, i), expected, 8.0 * kRounding * std::abs(expected));
        }
        EXPECT_TRUE(y.fencesStand());
    }
}

TEST_P(FloatElementwiseTest, SiluFarFromZero) {
    const std::vector<float> x = {-200.0f, -89.0f, 89.0f, 3e38f, kInfinity, kNaN};
    std::vector<float> y(x.size());
    floats().silu(x.data(), static_cast<int>(x.size()), y.data());
    EXPECT_NEAR(y[0], 0.0, 1e-35);
    EXPECT_NEAR(y[1], 0.0, 1e-35);
    for (const int same : {2, 3, 4}) EXPECT_EQ(y[static_cast<std::size_t>(same)], x[static_cast<std::size_t>(same)]);
    EXPECT_TRUE(std::isnan(y[5]));
}

TEST_P(FloatElementwiseTest, SwigluMatchesDefinitionInPlaceToo) {
    for (const int n : kLengths) {
        Fenced gate(1, n, n, 21, 4.0f), up(1, n, n, 22), y(1, n, n);
        floats().swiglu(gate.data(), up.data(), n, y.data());
        for (int i = 0; i < n; ++i) {
            const double g = static_cast<double>(gate.at(0, i));
            const double expected = g / (1.0 + std::exp(-g)) * static_cast<double>(up.at(0, i));
            ASSERT_NEAR(y.at(0, i), expected, 9.0 * kRounding * std::abs(expected));
        }
        EXPECT_TRUE(y.fencesStand());
        floats().swiglu(gate.data(), up.data(), n, gate.data());
        for (int i = 0; i < n; ++i) ASSERT_EQ(gate.at(0, i), y.at(0, i));
    }
}

TEST_P(FloatElementwiseTest, AddIsExactlyRounded) {
    for (const int n : kLengths) {
        Fenced x(1, n, n, 31), y(1, n, n, 32);
        Fenced sum = y;
        floats().add(x.data(), n, sum.data());
        for (int i = 0; i < n; ++i) ASSERT_EQ(sum.at(0, i), x.at(0, i) + y.at(0, i));
        EXPECT_TRUE(sum.fencesStand());
    }
}

// Every bit pattern, against the meaning of the formats.
TEST_P(FloatElementwiseTest, WideningIsExact) {
    std::vector<std::uint16_t> bits(65536);
    for (std::size_t i = 0; i < bits.size(); ++i) bits[i] = static_cast<std::uint16_t>(i);
    std::vector<float> half(bits.size()), bfloat(bits.size());
    floats().widenF16(bits.data(), static_cast<int>(bits.size()), half.data());
    floats().widenBf16(bits.data(), static_cast<int>(bits.size()), bfloat.data());
    for (std::uint32_t i = 0; i < 65536; ++i) {
        const double sign = (i & 0x8000u) != 0 ? -1.0 : 1.0;
        const int exponent = static_cast<int>(i >> 10 & 31u);
        const double fraction = (i & 1023u) / 1024.0;
        if (exponent == 31)
            ASSERT_TRUE(fraction == 0.0 ? static_cast<double>(half[i]) == sign * HUGE_VAL : std::isnan(half[i]));
        else
            ASSERT_EQ(half[i],
                      sign * (exponent == 0 ? std::ldexp(fraction, -14) : std::ldexp(1.0 + fraction, exponent - 15)));
        const std::uint32_t wide = i << 16;
        ASSERT_EQ(std::memcmp(&bfloat[i], &wide, sizeof wide), 0);
    }
}

// All halves, what lies between two of them, and what is beyond, against their own widening.
TEST_P(FloatElementwiseTest, NarrowingRoundsToNearestEven) {
    std::vector<std::uint16_t> halves(0x7c01);
    for (std::size_t i = 0; i < halves.size(); ++i) halves[i] = static_cast<std::uint16_t>(i);
    std::vector<float> values(halves.size());
    floats().widenF16(halves.data(), static_cast<int>(halves.size()), values.data());
    values.back() = 65536.0f;  // what infinity begins at, had it the spacing of the numbers below

    std::vector<float> x;
    std::vector<std::uint16_t> expected;
    const auto both = [&](float value, unsigned half) {
        x.insert(x.end(), {value, -value});
        expected.insert(expected.end(), {static_cast<std::uint16_t>(half), static_cast<std::uint16_t>(half | 0x8000u)});
    };
    for (unsigned i = 0; i < 0x7c00; ++i) {
        const float middle = 0.5f * (values[i] + values[i + 1]);
        both(values[i], i);
        both(std::nextafter(middle, 0.0f), i);
        both(middle, i % 2 == 0 ? i : i + 1);
        both(std::nextafter(middle, HUGE_VALF), i + 1);
    }
    for (const float beyond : {65536.0f, 1e30f, HUGE_VALF}) both(beyond, 0x7c00);
    both(1e-30f, 0);
    std::vector<std::uint16_t> y(x.size());
    floats().narrowF16(x.data(), static_cast<int>(x.size()), y.data());
    for (std::size_t i = 0; i < x.size(); ++i) ASSERT_EQ(y[i], expected[i]) << x[i];

    const float nan = std::nanf("");
    floats().narrowF16(&nan, 1, y.data());
    EXPECT_TRUE((y[0] & 0x7c00u) == 0x7c00u && (y[0] & 0x3ffu) != 0u);
}

TEST_P(FloatElementwiseTest, NarrowingLeavesNeighboursAlone) {
    for (const int n : kLengths) {
        const std::vector<float> x(static_cast<std::size_t>(n), 1.0f);  // exactly n: reading on is an error to ASan
        std::vector<std::uint16_t> y(static_cast<std::size_t>(n) + 1, 7);
        floats().narrowF16(x.data(), n, y.data());
        for (int i = 0; i < n; ++i) ASSERT_EQ(y[static_cast<std::size_t>(i)], 0x3c00);
        EXPECT_EQ(y.back(), 7);
    }
}

TEST_P(FloatElementwiseTest, WideningLeavesNeighboursAlone) {
    for (const int n : kLengths) {
        const std::vector<std::uint16_t> bits(static_cast<std::size_t>(n),
                                              0x3C00);  // exactly n: reading on is an error to ASan
        Fenced y(1, n, n);
        floats().widenF16(bits.data(), n, y.data());
        for (int i = 0; i < n; ++i) ASSERT_EQ(y.at(0, i), 1.0f);
        EXPECT_TRUE(y.fencesStand());
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, FloatElementwiseTest, everySet(), setName);

}  // namespace
}  // namespace penjing::kernels::test
