#include "conv_support.h"

namespace penjing::test {
namespace {

// The default precision takes Winograd's products (tests/kernels/winograd_test.cpp) from 32 channels and 64 tiles of
// 4x4 pixels on, if the set does not prefer bfloat16.
class CpuOpsWinogradTest : public EveryKernelSet {
protected:
    void SetUp() override {
        if (GetParam()->floats->bf16Conv != nullptr)
            GTEST_SKIP() << "bfloat16 is quicker";
    }
    static ConvProblem problemOf(const ConvCase& c) {
        ConvProblem problem(c);
        problem.precision = Precision::Int8;
        return problem;
    }

    // What rounding may do is bounded in the kernels' test, where tiles are looked at one by one; here the limits are
    // what mistakes of blocks, borders and panels exceed a thousandfold. The root mean square of the error is about
    // 1e-6 of that of the result, 2e-6 if enlarged.
    void check(const ConvCase& c) {
        SCOPED_TRACE(testing::Message() << c.height << "x" << c.width << "x" << c.inChannels << " -> " << c.outChannels
                                        << (c.upsample ? ", upsampled" : ""));
        ConvProblem problem = problemOf(c);
        const auto backend = ops();
        const std::vector<float> y = problem.run(*backend);
        double error = 0.0, size = 0.0;
        std::size_t i = 0;
        for (int row = 0; row < problem.outHeight; ++row)
            for (int column = 0; column < problem.outWidth; ++column)
                for (int n = 0; n < c.outChannels; ++n, ++i) {
                    const auto [value, magnitude] = problem.expected(row, column, n);
                    ASSERT_NEAR(y[i], value, 1e-5 * magnitude) << row << ", " << column << ", " << n;
                    error += (y[i] - value) * (y[i] - value);
                    size += value * value;
                }
        EXPECT_LT(std::sqrt(error / size), 5e-6);
        EXPECT_GT(std::sqrt(error / size), 0.0);
    }
};

TEST_P(CpuOpsWinogradTest, PicturesThatAreNotWholeTiles) {
    for (const bool bias : {false, true}) check({33, 38, 40, 37, 3, false, WeightFormat::BF16, bias, !bias});
    check({30, 61, 32, 33, 3, false, WeightFormat::F32, true, true});
    check({17, 21, 33, 40, 3, true, WeightFormat::F16, true, true});
}

TEST_P(CpuOpsWinogradTest, TheAccurateModeDoesNot) {
    ConvProblem problem({32, 32, 32, 32, 3, false, WeightFormat::F32, true, false});
    const auto backend = ops();
    const std::vector<float> accurate = problem.run(*backend);
    problem.precision = Precision::Int8;
    EXPECT_FALSE(sameBits(accurate, problem.run(*backend)));
}

TEST_P(CpuOpsWinogradTest, ResidualMayBeTheOutput) {
    for (const bool upsample : {false, true}) {
        ConvProblem problem = problemOf({38, 33, 48, 72, 3, upsample, WeightFormat::BF16, true, true});
        const auto backend = ops();
        EXPECT_TRUE(sameBits(problem.run(*backend), problem.run(*backend, true)));
    }
}

// The output channels of the second are too many for the transformed weights of all of them to be there at once.
TEST_P(CpuOpsWinogradTest, ThreadsDoNotChangeBits) {
    for (const ConvCase& c : {ConvCase{37, 50, 100, 40, 3, false, WeightFormat::BF16, true, true},
                              {32, 32, 512, 300, 3, false, WeightFormat::BF16, true, false},
                              {20, 23, 64, 64, 3, true, WeightFormat::BF16, true, false}}) {
        ConvProblem problem = problemOf(c);
        const auto one = ops(1), two = ops(2), five = ops(5);
        const std::vector<float> reference = problem.run(*one);
        EXPECT_TRUE(sameBits(reference, problem.run(*two)));
        EXPECT_TRUE(sameBits(reference, problem.run(*five)));
        EXPECT_TRUE(sameBits(reference, problem.run(*one))) << "scratch that is used again must not matter";
    }
}

TEST_P(CpuOpsWinogradTest, AllGroupsOfOutputChannels) {
    ConvProblem problem = problemOf({32, 32, 512, 300, 3, false, WeightFormat::BF16, true, true});
    const auto backend = ops();
    const std::vector<float> y = problem.run(*backend);
    for (int n = 0; n < 300; ++n)
        for (const int row : {0, 13, 31}) {
            const auto [value, magnitude] = problem.expected(row, 17, n);
            ASSERT_NEAR(y[count(row * 32 + 17, 300, 1) + static_cast<std::size_t>(n)], value, 1e-5 * magnitude) << n;
        }
}

TEST_P(CpuOpsWinogradTest, NormalisedWhileRead) {
    for (const int channels : {32, 40, 96}) {
        const ConvCase c{37, 50, channels, 40, 3, false, WeightFormat::BF16, true, false};
        const std::vector<float> scale = randomFloats(static_cast<std::size_t>(channels), 21);
        const std::vector<float> shift = randomFloats(static_cast<std::size_t>(channels), 22);
        ConvProblem copied = problemOf(c), fused = problemOf(c);
        copied.normalise(*GetParam()->floats, scale, shift);
        fused.norm = {scale.data(), shift.data()};
        const auto one = ops(1), two = ops(2);
        const std::vector<float> expected = copied.run(*one);
        EXPECT_TRUE(sameBits(expected, fused.run(*one))) << channels;
        EXPECT_TRUE(sameBits(expected, fused.run(*two))) << channels;
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, CpuOpsWinogradTest, everyKernelSet(), setName);

}  // namespace
}  // namespace penjing::test
