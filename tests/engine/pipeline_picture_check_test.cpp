#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

#include "pipeline/value_checks.h"

namespace penjing {
namespace {

using Painter = std::function<int(int x, int y, int channel)>;

Image paint(int width, int height, const Painter& painter) {
    Image image{width, height, {}};
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (int channel = 0; channel < 3; ++channel)
                image.rgb.push_back(static_cast<std::uint8_t>(std::clamp(painter(x, y, channel), 0, 255)));
    return image;
}

bool passes(const Painter& painter) {
    return checkPicture(paint(128, 128, painter)).ok();
}

TEST(PipelinePictureCheck, OneColourFails) {
    for (const int level : {0, 116, 255}) EXPECT_FALSE(passes([&](int, int, int) { return level; }));
    EXPECT_FALSE(passes([](int x, int, int) { return 116 + x % 2; })) << "one level of dither";
    // A constant picture whose zero-padded convolutions leave a rim.
    EXPECT_FALSE(passes([](int x, int y, int) { return x == 0 || y == 0 || x == 127 || y == 127 ? 121 : 116; }));
}

TEST(PipelinePictureCheck, GreyNoiseFails) {
    for (const double deviation : {5.0, 8.7, 20.0}) {
        std::mt19937 random(1);
        std::normal_distribution<double> normal(116.0, deviation);
        EXPECT_FALSE(passes([&](int, int, int) { return static_cast<int>(normal(random)); })) << deviation;
    }
}

TEST(PipelinePictureCheck, DrawingsOnAPlainGroundPass) {
    EXPECT_TRUE(passes([](int x, int y, int) { return x > 40 && x < 88 && y > 40 && y < 88 ? 60 : 255; }));
    EXPECT_TRUE(passes([](int x, int y, int) { return y == 64 && x >= 32 && x < 96 ? 120 : 255; })) << "a thin line";
    EXPECT_TRUE(passes([](int x, int, int) { return 255 - x / 16; })) << "a faint sky";
    EXPECT_TRUE(passes([](int x, int y, int) { return (x * 37 + y * 101) % 97 == 0 ? 200 : 8; })) << "stars";
    EXPECT_TRUE(passes([](int x, int, int channel) { return channel == (x < 64 ? 0 : 1) ? 90 : 30; }))
        << "two hues of one brightness";
}

TEST(PipelinePictureCheck, TexturePasses) {
    EXPECT_TRUE(passes([](int x, int y, int) { return (x / 2 + y / 2) % 2 ? 140 : 100; })) << "a chequered cloth";
    std::mt19937 random(2);
    std::normal_distribution<double> normal(0.0, 6.0);
    EXPECT_TRUE(passes([&](int x, int y, int) {
        return static_cast<int>(120 + 40 * std::sin(x * 0.1) * std::cos(y * 0.08) + normal(random));
    })) << "form under grain";
}

TEST(PipelineFiniteCheck, NamesTheStage) {
    std::vector<float> values{1.0f, 2.0f, 3.0f, 4.0f};
    const ConstMat view{values.data(), 2, 2, 2};
    EXPECT_TRUE(checkFinite(view, "decoder").ok());
    for (const float bad : {std::nanf(""), HUGE_VALF, -HUGE_VALF}) {
        values[3] = bad;
        const Status status = checkFinite(view, "transformer step 3");
        ASSERT_FALSE(status.ok());
        EXPECT_EQ(status.error().code, ErrorCode::Internal);
        EXPECT_NE(status.error().message.find("transformer step 3"), std::string::npos);
    }
}

}  // namespace
}  // namespace penjing
