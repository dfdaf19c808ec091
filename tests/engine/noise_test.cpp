#include "noise/noise.h"

#include <gtest/gtest.h>

#include <cmath>

namespace penjing {
namespace {

// torch.randn(16, generator=torch.Generator().manual_seed(42)), rounded to four places.
constexpr double kTorch42[] = {1.9269,  1.4873, 0.9007,  -2.1055, 0.6784,  -1.2345, -0.0431, -1.6047,
                               -0.7521, 1.6487, -0.3925, -1.4036, -0.7279, -0.5594, -0.7688, 0.7624};

TEST(Noise, IsTorchsStreamForSeed42) {
    const std::vector<float> values = torchNormal(42, 16);
    for (std::size_t i = 0; i < 16; ++i) EXPECT_NEAR(values[i], kTorch42[i], 6e-5) << i;
}

TEST(Noise, WholeBlocksDoNotDependOnTheCount) {
    const std::vector<float> few = torchNormal(7, 32);
    const std::vector<float> many = torchNormal(7, 4096);
    for (std::size_t i = 0; i < few.size(); ++i) EXPECT_EQ(few[i], many[i]) << i;
}

// torch.randn(20, generator=torch.Generator().manual_seed(1234)): with a remainder the last 16 values are drawn afresh.
TEST(Noise, RemainderRedrawsTheLastSixteen) {
    const std::vector<float> values = torchNormal(1234, 20);
    const std::vector<float> whole = torchNormal(1234, 32);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(values[i], whole[i]) << i;
    EXPECT_NE(values[4], whole[4]);
}

TEST(Noise, HighBitsOfASeedMatterOnlyWhenSet) {
    EXPECT_EQ(torchNormal(0x00000000DEADBEEFu, 64), torchNormal(0xDEADBEEFu, 64));
    EXPECT_NE(torchNormal(0x10000002Aull, 64), torchNormal(42, 64));
    EXPECT_NE(torchNormal(0x10000002Aull, 64), torchNormal(0x20000002Aull, 64));
    EXPECT_NE(torchNormal(~0ull, 64), torchNormal(0xFFFFFFFFull, 64));
}

TEST(Noise, HasUnitVariance) {
    const std::vector<float> values = torchNormal(3, 1 << 16);
    double sum = 0.0;
    double squares = 0.0;
    for (const float value : values) {
        ASSERT_TRUE(std::isfinite(value));
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const auto count = static_cast<double>(values.size());
    EXPECT_NEAR(sum / count, 0.0, 0.02);
    EXPECT_NEAR(squares / count, 1.0, 0.02);
}

TEST(Noise, IsDrawnPlaneByPlaneAndPackedTokenByToken) {
    constexpr int kChannels = 4, kHeight = 2, kWidth = 3;
    const std::vector<float> planes = torchNormal(5, kChannels * kHeight * kWidth);
    const std::vector<float> tokens = initialNoise(5, kChannels, kHeight, kWidth);
    for (int c = 0; c < kChannels; ++c)
        for (int h = 0; h < kHeight; ++h)
            for (int w = 0; w < kWidth; ++w)
                EXPECT_EQ(tokens[static_cast<std::size_t>((h * kWidth + w) * kChannels + c)],
                          planes[static_cast<std::size_t>((c * kHeight + h) * kWidth + w)]);
}

double length(const std::vector<float>& values) {
    double squares = 0.0;
    for (const float value : values) squares += static_cast<double>(value) * value;
    return std::sqrt(squares);
}

double angleBetween(const std::vector<float>& a, const std::vector<float>& b) {
    double product = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) product += static_cast<double>(a[i]) * b[i];
    return std::acos(product / (length(a) * length(b)));
}

TEST(SphericalInterpolation, EndsAreExact) {
    const std::vector<float> a = torchNormal(1, 1000);
    const std::vector<float> b = torchNormal(2, 1000);
    EXPECT_EQ(sphericalInterpolation(a, b, 0.0), a);
    EXPECT_EQ(sphericalInterpolation(a, b, 1.0), b);
}

TEST(SphericalInterpolation, KnownValues) {
    const std::vector<float> third = sphericalInterpolation({2.0f, 0.0f}, {0.0f, 2.0f}, 1.0 / 3.0);
    EXPECT_NEAR(third[0], std::sqrt(3.0), 1e-6);
    EXPECT_NEAR(third[1], 1.0, 1e-6);
    const std::vector<float> half = sphericalInterpolation({1.0f, 0.0f}, {0.0f, 3.0f}, 0.5);
    EXPECT_NEAR(half[0], std::sqrt(2.0), 1e-6);  // length 2, the mean of both
    EXPECT_NEAR(half[1], std::sqrt(2.0), 1e-6);
}

TEST(SphericalInterpolation, KeepsTheLengthAndDividesTheAngle) {
    const std::vector<float> a = torchNormal(1, 4096);
    const std::vector<float> b = torchNormal(2, 4096);
    for (const double t : {0.05, 0.25, 0.5, 0.9}) {
        const std::vector<float> between = sphericalInterpolation(a, b, t);
        EXPECT_NEAR(length(between), (1.0 - t) * length(a) + t * length(b), 1e-4) << t;
        EXPECT_NEAR(angleBetween(a, between), t * angleBetween(a, b), 1e-6) << t;
    }
}

TEST(SphericalInterpolation, OfANoiseWithItselfIsThatNoise) {
    const std::vector<float> a = torchNormal(1, 1000);
    EXPECT_EQ(sphericalInterpolation(a, a, 0.3), a);
}

}  // namespace
}  // namespace penjing
