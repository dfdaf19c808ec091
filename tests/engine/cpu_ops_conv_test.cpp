#include "conv_support.h"

namespace penjing::test {
namespace {

class CpuOpsConvTest : public EveryKernelSet {
protected:
    // Adding n terms one after the other is off by at most n roundings of the sum of their absolute values (2n where
    // the product is rounded too).
    void check(const ConvCase& c) {
        SCOPED_TRACE(testing::Message() << c.height << "x" << c.width << "x" << c.inChannels << " -> " << c.outChannels
                                        << ", kernel " << c.kernel << (c.upsample ? ", upsampled" : ""));
        ConvProblem problem(c);
        const auto backend = ops();
        const std::vector<float> y = problem.run(*backend);
        const double roundings = 2.0 * (problem.depth + 2) * kRounding;
        std::size_t i = 0;
        for (int row = 0; row < problem.outHeight; ++row)
            for (int column = 0; column < problem.outWidth; ++column)
                for (int n = 0; n < c.outChannels; ++n, ++i) {
                    const auto [value, magnitude] = problem.expected(row, column, n);
                    ASSERT_NEAR(y[i], value, roundings * magnitude) << row << ", " << column << ", " << n;
                }
    }
};

TEST_P(CpuOpsConvTest, AllRemaindersOfTheTiles) {
    for (const int channels : {1, 3, 7, 8, 9, 16, 24})
        for (const int outChannels : {1, 3, 8, 15, 16, 17, 31, 32, 33})
            check({5, 7, channels, outChannels, 3, false, WeightFormat::F32, true, true});
    for (const int width : {1, 2, 15, 16, 17, 33})
        for (const int height : {1, 2, 3}) check({height, width, 8, 16, 3, false, WeightFormat::F32, true, false});
}

TEST_P(CpuOpsConvTest, OneByOne) {
    for (const int channels : {1, 8, 20, 96})
        for (const int outChannels : {3, 16, 40})
            check({6, 9, channels, outChannels, 1, false, WeightFormat::BF16, true, true});
}

TEST_P(CpuOpsConvTest, Upsampled) {
    check({3, 5, 16, 16, 3, true, WeightFormat::F32, true, false});
    check({4, 4, 24, 24, 3, true, WeightFormat::BF16, true, true});
    check({1, 1, 8, 8, 3, true, WeightFormat::F32, false, false});
}

TEST_P(CpuOpsConvTest, WeightFormats) {
    for (const WeightFormat format : {WeightFormat::F32, WeightFormat::BF16, WeightFormat::F16})
        for (const bool bias : {false, true}) check({4, 6, 13, 18, 3, false, format, bias, !bias});
}

// More channels than one chunk of depth holds, and windows that must be cut across.
TEST_P(CpuOpsConvTest, ManyChannels) {
    check({3, 21, 200, 40, 3, false, WeightFormat::BF16, true, true});
    check({2, 40, 520, 8, 3, false, WeightFormat::BF16, true, true});
    check({2, 3, 520, 40, 1, false, WeightFormat::F32, true, true});
}

TEST_P(CpuOpsConvTest, ResidualMayBeTheOutput) {
    for (const int channels : {8, 96}) {
        ConvProblem problem({7, 18, channels, 40, 3, false, WeightFormat::BF16, true, true});
        const auto backend = ops();
        EXPECT_TRUE(sameBits(problem.run(*backend), problem.run(*backend, true))) << channels;
    }
}

TEST_P(CpuOpsConvTest, ThreadsDoNotChangeBits) {
    for (const int channels : {16, 100}) {
        ConvProblem problem({37, 50, channels, 40, 3, false, WeightFormat::BF16, true, true});
        const auto one = ops(1), two = ops(2), five = ops(5);
        const std::vector<float> reference = problem.run(*one);
        EXPECT_TRUE(sameBits(reference, problem.run(*two)));
        EXPECT_TRUE(sameBits(reference, problem.run(*five)));
        EXPECT_TRUE(sameBits(reference, problem.run(*one))) << "scratch that is used again must not matter";
    }
}

// What is normalised while it is read gives the same bits as a normalised copy, whichever tile reads it; and the
// padding stays zero, which silu(shift) would not be.
TEST_P(CpuOpsConvTest, NormalisedWhileRead) {
    for (const ConvCase& c : {ConvCase{5, 7, 24, 16, 3, false, WeightFormat::F32, true, true},
                              {37, 50, 96, 40, 3, false, WeightFormat::BF16, true, false},
                              {2, 40, 520, 8, 3, false, WeightFormat::BF16, true, true},
                              {3, 9, 13, 5, 1, false, WeightFormat::F32, false, false},
                              {1, 1, 3, 3, 3, false, WeightFormat::F32, true, false}}) {
        const std::size_t channels = static_cast<std::size_t>(c.inChannels);
        const std::vector<float> scale = randomFloats(channels, 21), shift = randomFloats(channels, 22);
        ConvProblem copied(c), fused(c);
        copied.normalise(*GetParam()->floats, scale, shift);
        fused.norm = {scale.data(), shift.data()};
        const auto one = ops(1), two = ops(2);
        const std::vector<float> expected = copied.run(*one);
        EXPECT_TRUE(sameBits(expected, fused.run(*one))) << c.inChannels;
        EXPECT_TRUE(sameBits(expected, fused.run(*two))) << c.inChannels;
    }
}

TEST_P(CpuOpsConvTest, RefusesShapesThatDoNotFit) {
    const auto backend = ops();
    std::vector<float> data(1024);
    const auto* bytes = reinterpret_cast<const std::byte*>(data.data());
    const auto status = [&](ConvArgs args) { return backend->conv2d(args); };
    const ConvArgs good{.weight = {WeightFormat::F32, 2, 9, bytes},
                        .kernel = 3,
                        .x = {data.data(), 4, 4, 1},
                        .y = {data.data() + 512, 4, 4, 2}};
    EXPECT_TRUE(status(good).ok());
    ConvArgs wrongDepth = good;
    wrongDepth.weight.k = 8;
    ConvArgs wrongHeight = good;
    wrongHeight.upsample = true;
    ConvArgs lowBit = good;
    lowBit.weight.format = WeightFormat::T3;
    ConvArgs normedAndEnlarged = good;
    normedAndEnlarged.upsample = true;
    normedAndEnlarged.y.height = normedAndEnlarged.y.width = 8;
    EXPECT_TRUE(status(normedAndEnlarged).ok());
    normedAndEnlarged.norm = {data.data(), data.data()};
    for (const ConvArgs& bad : {wrongDepth, wrongHeight, lowBit, normedAndEnlarged}) {
        const Status result = status(bad);
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().code, ErrorCode::Internal);
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, CpuOpsConvTest, everyKernelSet(), setName);

}  // namespace
}  // namespace penjing::test
