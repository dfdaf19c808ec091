#pragma once

#include <algorithm>
#include <numeric>

#include "cpu_ops_support.h"
#include "penjing/kernels/float.h"

namespace penjing::test {

struct ConvCase {
    int height, width, inChannels, outChannels, kernel;
    bool upsample;
    WeightFormat format;
    bool bias, residual;
};

inline std::size_t count(int a, int b, int c) {
    return static_cast<std::size_t>(a) * static_cast<std::size_t>(b) * static_cast<std::size_t>(c);
}

// Weights whose values bfloat16 and binary16 hold exactly: multiples of 1/64 in −2..2.
inline std::vector<float> exactWeights(std::size_t n, std::uint32_t seed) {
    std::mt19937 generator(seed);
    std::uniform_int_distribution<int> sixtyFourths(-127, 127);
    std::vector<float> values(n);
    for (float& value : values) value = static_cast<float>(sixtyFourths(generator)) / 64.0f;
    return values;
}

inline std::uint16_t bf16Bits(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return static_cast<std::uint16_t>(bits >> 16);
}

// Exact for zero and for normal numbers of at most 11 significant bits.
inline std::uint16_t f16Bits(float value) {
    std::uint32_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    const std::uint32_t sign = bits >> 16 & 0x8000u;
    if (value == 0.0f)
        return static_cast<std::uint16_t>(sign);
    const std::uint32_t exponent = (bits >> 23 & 255u) - 112u;
    return static_cast<std::uint16_t>(sign | exponent << 10 | (bits >> 13 & 1023u));
}

inline std::vector<std::byte> encode(const std::vector<float>& weights, WeightFormat format) {
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

struct ConvProblem {
    explicit ConvProblem(const ConvCase& shape)
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
        args.precision = precision;
        args.x = {x.data(), c.height, c.width, c.inChannels};
        args.y = {y.data() + 16, outHeight, outWidth, c.outChannels};
        EXPECT_TRUE(ops.conv2d(args).ok());
        for (std::size_t i = 0; i < 16; ++i) EXPECT_TRUE(std::isnan(y[i]) && std::isnan(y[y.size() - 1 - i]));
        return {y.begin() + 16, y.end() - 16};
    }

    // silu(x·scale + shift), written over x.
    void normalise(const kernels::FloatKernels& floats, const std::vector<float>& scale,
                   const std::vector<float>& shift) {
        const std::size_t period = std::lcm(scale.size(), static_cast<std::size_t>(floats.lanes));
        std::vector<float> scales(period), shifts(period);
        for (std::size_t i = 0; i < period; ++i) {
            scales[i] = scale[i % scale.size()];
            shifts[i] = shift[i % shift.size()];
        }
        floats.patternAffine(x.data(), x.size(), static_cast<int>(period), scales.data(), shifts.data(), true,
                             x.data());
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

    ConvCase c;
    ChannelAffine norm;
    Precision precision = Precision::Int15;
    int outHeight, outWidth, depth;
    std::vector<float> x, weights;
    std::vector<std::byte> encoded;
    std::vector<float> bias, residual;
};

}  // namespace penjing::test
