#include <numeric>

#include "cpu_ops_support.h"
#include "penjing/kernels/float.h"

namespace penjing::test {
namespace {

struct Case {
    int height, width, inChannels, outChannels, kernel;
    bool upsample;
    WeightFormat format;
    bool bias, residual;
};

std::size_t count(int a, int b, int c) {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

// Weights whose values bfloat16 and binary16 hold exactly: multiples of 1/64 in −2..2.
std::vector<float> exactWeights(std::size_t n, std::uint32_t seed) {
    std::mt19937 generator(seed);
    std::uniform_int_distribution<int> sixtyFourths(-127, 127);
    std::vector<float> values(n);
    for (float& value : values) value = static_cast<float>(sixtyFourths(generator)) / 64.0f;
    return values;
}

std::uint16_t bf16Bits(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<std::uint16_t>(bits >> 16);
}

// Exact for zero and for normal numbers of at most 11 significant bits.
std::uint16_t f16Bits(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    const std::uint32_t sign = bits >> 16 & 0x8000u;
    if (value == 0.0f)
        return static_cast<std::uint16_t>(sign);
    const std::uint32_t exponent = (bits >> 23 & 255u) - 112u;
    return static_cast<std::uint16_t>(sign | exponent << 10 | (bits >> 13 & 1023u));
}

std::vector<std::byte> encode(const std::vector<float>& weights, WeightFormat format) {
    std::vector<std::byte> bytes(weights.size() * (format == WeightFormat::F32 ? 4 : 2));
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (format == WeightFormat::F32) {
            std::memcpy(&bytes[i * 4], &weights[i], 4);
        } else {
            const std::uint16_t half = format == WeightFormat::BF16 ? bf16Bits(weights[i]) : f16Bits(weights[i]);
            std::memcpy(&bytes[i * 2], &half, 2);
        }
    }
    return bytes;
}

struct Problem {
    explicit Problem(const Case& shape)
        : c(shape),
          outHeight(c.upsample ? 2 * c.height : c.height),
          outWidth(c.upsample ? 2 * c.width : c.width),
          depth(c.kernel * c.kernel * c.inChannels),
          x(randomFloats(count(c.height, c.width, c.inChannels), 11)),
          weights(exactWeights(count(c.outChannels, depth, 1), 12)),
          encoded(encode(weights, c.format)),
          bias(randomFloats(static_cast<std::size_t>(c.outChannels), 13)),
          residual(randomFloats(count(outHeight, outWidth, c.outChannels), 14)) {}

    std::vector<float> run(Ops& ops, bool residualInOutput = false) {
        std::vector<float> y(count(outHeight, outWidth, c.outChannels) + 32, kNaN);
        if (residualInOutput)
            std::copy(residual.begin(), residual.end(), y.begin() + 16);
        ConvArgs args;
        args.weight = {c.format, c.outChannels, depth, encoded.data()};
        args.bias = c.bias ? bias.data() : nullptr;
        args.residual = residualInOutput ? y.data() + 16 : c.residual ? residual.data() : nullptr;
        args.kernel = c.kernel;
        args.upsample = c.upsample;
        args.norm = norm;
        args.x = {x.data(), c.height, c.width, c.inChannels};
        args.y = {y.data() + 16, outHeight, outWidth, c.outChannels};
        EXPECT_TRUE(ops.conv2d(args).ok());
        for (std::size_t i = 0; i < 16; ++i) EXPECT_TRUE(std::isnan(y[i]) && std::isnan(y[y.size() - 1 - i]));
        return {y.begin() + 16, y.end() - 16};
    }

    struct Expected {
        double value;
        double magnitude;  // sum of the absolute terms
    };
    Expected expected(int row, int column, int n) const {
        const std::size_t index =
            count(outWidth, c.outChannels, row) + count(column, c.outChannels, 1) + static_cast<std::size_t>(n);
        double value = (c.bias ? static_cast<double>(bias[static_cast<std::size_t>(n)]) : 0.0) +
                       (c.residual ? static_cast<double>(residual[index]) : 0.0);
        double magnitude = std::abs(value) + 1.0;
        for (int ky = 0; ky < c.kernel; ++ky)
            for (int kx = 0; kx < c.kernel; ++kx) {
                const int inRow = row + ky - c.kernel / 2, inColumn = column + kx - c.kernel / 2;
                if (inRow < 0 || inColumn < 0 || inRow >= outHeight || inColumn >= outWidth)
                    continue;
                const int factor = c.upsample ? 2 : 1;
                const float* pixel = x.data() + count(inRow / factor * c.width + inColumn / factor, c.inChannels, 1);
                const float* kernel = weights.data() + count(n, depth, 1) + count(ky * c.kernel + kx, c.inChannels, 1);
                for (int i = 0; i < c.inChannels; ++i) {
                    const double term = static_cast<double>(pixel[i]) * static_cast<double>(kernel[i]);
                    value += term;
                    magnitude += std::abs(term);
                }
            }
        return {value, magnitude};
    }

    Case c;
    ChannelAffine norm;
    int outHeight, outWidth, depth;
    std::vector<float> x, weights;
    std::vector<std::byte> encoded;
    std::vector<float> bias, residual;
};

class CpuOpsConvTest : public EveryKernelSet {
protected:
    // Adding n terms one after the other is off by at most n roundings of the sum of their absolute values (2n where
    // the product is rounded too).
    void check(const Case& c) {
        SCOPED_TRACE(testing::Message() << c.height << "x" << c.width << "x" << c.inChannels << " -> " << c.outChannels
                                        << ", kernel " << c.kernel << (c.upsample ? ", upsampled" : ""));
        Problem problem(c);
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
        Problem problem({7, 18, channels, 40, 3, false, WeightFormat::BF16, true, true});
        const auto backend = ops();
        EXPECT_TRUE(sameBits(problem.run(*backend), problem.run(*backend, true))) << channels;
    }
}

TEST_P(CpuOpsConvTest, ThreadsDoNotChangeBits) {
    for (const int channels : {16, 100}) {
        Problem problem({37, 50, channels, 40, 3, false, WeightFormat::BF16, true, true});
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
    for (const Case& c : {Case{5, 7, 24, 16, 3, false, WeightFormat::F32, true, true},
                          {37, 50, 96, 40, 3, false, WeightFormat::BF16, true, false},
                          {2, 40, 520, 8, 3, false, WeightFormat::BF16, true, true},
                          {3, 9, 13, 5, 1, false, WeightFormat::F32, false, false},
                          {1, 1, 3, 3, 3, false, WeightFormat::F32, true, false}}) {
        const std::size_t channels = static_cast<std::size_t>(c.inChannels);
        const std::vector<float> scale = randomFloats(channels, 21), shift = randomFloats(channels, 22);
        Problem copied(c), fused(c);
        const kernels::FloatKernels& floats = *GetParam()->floats;
        const std::size_t period = std::lcm(channels, static_cast<std::size_t>(floats.lanes));
        std::vector<float> scales(period), shifts(period);
        for (std::size_t i = 0; i < period; ++i) {
            scales[i] = scale[i % channels];
            shifts[i] = shift[i % channels];
        }
        floats.patternAffine(copied.x.data(), copied.x.size(), static_cast<int>(period), scales.data(), shifts.data(),
                             true, copied.x.data());
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
