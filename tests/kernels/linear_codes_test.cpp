#include <gtest/gtest.h>

#include <algorithm>

#include "linear_support.h"

// Low-bit products of every kernel set against integers and doubles.
namespace penjing::test {
namespace {

constexpr float kSentinel = 12345.0f;
constexpr int kMaxRows = 29;
constexpr int kMaxChannels = 70;

struct Case {
    const kernels::KernelSet* set;
    WeightFormat format;
    ActivationBits bits;
};

std::vector<Case> allCases() {
    std::vector<Case> cases;
    for (const kernels::KernelSet* set : linearSets()) {
        for (const WeightFormat format : {WeightFormat::T3, WeightFormat::B1, WeightFormat::Q4, WeightFormat::Q8}) {
            for (const ActivationBits bits : kAllBits) cases.push_back({set, format, bits});
        }
    }
    return cases;
}

std::string caseName(const testing::TestParamInfo<Case>& info) {
    return std::string(info.param.set->name) + "_" + formatLabel(info.param.format) + "_" + bitsLabel(info.param.bits);
}

class LinearCodes : public testing::TestWithParam<Case> {};

// Sums of products are exact; in float there are, with u = 2^-24: one rounding where a sum has more than 24 bits, one
// of the product of the two scales, one of the scaled sum (none where it is fused; q4's offsets: of scale · Σ), and at
// most `terms` of the running result, which is never larger than Σ |term| · (1 + …). `extra` counts additions to y.
double tolerance(const OracleResult& expected, std::size_t at, int extra) {
    constexpr double kUnit = 0x1p-24;
    return (expected.terms + 4 + extra) * kUnit * 1.01 * expected.magnitude[at] + 1e-30;
}

void multiplyAll(const kernels::LinearKernels& kernels, const PackedActivations& x, const CodedMatrix& weight, int rows,
                 const kernels::OutputMatrix& out) {
    const std::vector<std::byte> tiles = encodeTiles(weight);
    const kernels::CodedWeight coded{codeFormat(weight.format), tiles.data(), weight.n, weight.k};
    const int tileCount = (weight.n + 31) / 32;
    const int groups = weight.k / 128;
    AlignedBytes scratch(kernels::panelScratchBytes(coded.format, tileCount, groups));
    kernels::multiplyRange(kernels, x.view(rows), coded, {0, tileCount}, {0, groups}, out, scratch.bytes());
}

TEST_P(LinearCodes, AgreesWithOracleForAllRemainders) {
    const Case& param = GetParam();
    const kernels::LinearKernels& kernels = *param.set->linear;
    for (const int k : {128, 256, 512}) {
        const PaddedRows x = randomRows(kMaxRows, k, 11 + static_cast<std::uint64_t>(k));
        const CodedMatrix all = randomMatrix(param.format, kMaxChannels, k, 7);
        const OracleResult expected = oracle(QuantizedOracle(x, param.bits), all);
        const PackedActivations packed(kernels, x, param.bits);
        for (const int n : {1, 7, 16, 17, 31, 32, 33, 64, 70}) {
            const CodedMatrix weight = firstChannels(all, n);
            for (const int rows : {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 24, 29}) {
                PaddedRows y(rows, n, kSentinel);
                // Only whole blocks of the rows may be shared with larger cases, so pack these rows again.
                PaddedRows some = x;
                some.rows = rows;
                const PackedActivations part(kernels, some, param.bits);
                multiplyAll(kernels, part, weight, rows, {.y = y.row(0), .stride = y.stride});
                for (int r = 0; r < rows; ++r) {
                    for (int c = 0; c < n; ++c) {
                        const std::size_t at = static_cast<std::size_t>(r) * kMaxChannels + c;
                        ASSERT_NEAR(y.row(r)[c], expected.y[at], tolerance(expected, at, 0))
                            << "k " << k << " n " << n << " rows " << rows << " at " << r << ", " << c;
                    }
                }
                ASSERT_TRUE(y.paddingUntouched()) << "k " << k << " n " << n << " rows " << rows;
            }
        }
    }
}

// Bias, gate and accumulation by their definition, and k in two pieces.
TEST_P(LinearCodes, EpiloguesAndPiecesOfK) {
    const Case& param = GetParam();
    const kernels::LinearKernels& kernels = *param.set->linear;
    constexpr int kRows = 14, kChannels = 45, kInputs = 384;
    const PaddedRows x = randomRows(kRows, kInputs, 3);
    const CodedMatrix weight = randomMatrix(param.format, kChannels, kInputs, 5);
    const OracleResult expected = oracle(QuantizedOracle(x, param.bits), weight);
    const PackedActivations packed(kernels, x, param.bits);
    const std::vector<std::byte> tiles = encodeTiles(weight);
    const kernels::CodedWeight coded{codeFormat(param.format), tiles.data(), kChannels, kInputs};
    AlignedBytes scratch(kernels::panelScratchBytes(coded.format, 2, 2));
    Random random(17);
    std::vector<float> bias(kChannels), gate(kChannels);
    for (float& b : bias) b = random.symmetric();
    for (float& g : gate) g = random.symmetric();

    for (int mode = 0; mode < 8; ++mode) {
        const bool withBias = (mode & 1) != 0, withGate = (mode & 2) != 0, accumulate = (mode & 4) != 0;
        PaddedRows y(kRows, kChannels, kSentinel);
        for (int r = 0; r < kRows; ++r) std::fill_n(y.row(r), kChannels, 0.75f);
        kernels::OutputMatrix out{.y = y.row(0),
                                  .stride = y.stride,
                                  .bias = withBias ? bias.data() : nullptr,
                                  .gate = withGate ? gate.data() : nullptr,
                                  .accumulate = accumulate};
        for (const kernels::Range groups : {kernels::Range{0, 2}, kernels::Range{2, 1}}) {
            for (int tile = 0; tile < 2; ++tile)
                kernels::multiplyRange(kernels, packed.view(kRows), coded, {tile, 1}, groups, out, scratch.bytes());
            out = kernels::continued(out);
        }
        for (int r = 0; r < kRows; ++r) {
            for (int c = 0; c < kChannels; ++c) {
                const std::size_t at = static_cast<std::size_t>(r) * kChannels + c;
                const double factor = withGate ? gate[c] : 1.0;
                const double value = factor * (expected.y[at] + (withBias ? bias[c] : 0.0));
                const double want = (accumulate || withGate ? 0.75 : 0.0) + value;
                ASSERT_NEAR(y.row(r)[c], want, tolerance(expected, at, 6) + 6 * 0x1p-24 * (2.0 + std::fabs(want)))
                    << "mode " << mode << " at " << r << ", " << c;
            }
        }
        ASSERT_TRUE(y.paddingUntouched());
    }
}

// A row's result is the same bits alone and among others.
TEST_P(LinearCodes, RowsAreIndependent) {
    const Case& param = GetParam();
    const kernels::LinearKernels& kernels = *param.set->linear;
    constexpr int kInputs = 256, kChannels = 40;
    const PaddedRows x = randomRows(kMaxRows, kInputs, 23);
    const CodedMatrix weight = randomMatrix(param.format, kChannels, kInputs, 29);
    PaddedRows together(kMaxRows, kChannels, kSentinel);
    multiplyAll(kernels, PackedActivations(kernels, x, param.bits), weight, kMaxRows,
                {.y = together.row(0), .stride = together.stride});
    for (int r = 0; r < kMaxRows; ++r) {
        PaddedRows one(1, kInputs);
        std::copy_n(x.row(r), kInputs, one.row(0));
        PaddedRows alone(1, kChannels, kSentinel);
        multiplyAll(kernels, PackedActivations(kernels, one, param.bits), weight, 1,
                    {.y = alone.row(0), .stride = alone.stride});
        for (int c = 0; c < kChannels; ++c) ASSERT_EQ(alone.row(0)[c], together.row(r)[c]) << r << ", " << c;
    }
}

TEST_P(LinearCodes, NotFiniteInputsComeOutAsNan) {
    const Case& param = GetParam();
    const kernels::LinearKernels& kernels = *param.set->linear;
    constexpr int kInputs = 256, kChannels = 33, kRows = 5;
    const CodedMatrix weight = randomMatrix(param.format, kChannels, kInputs, 31);
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            -std::numeric_limits<float>::infinity()}) {
        PaddedRows x = randomRows(kRows, kInputs, 37);
        x.row(2)[200] = bad;
        PaddedRows y(kRows, kChannels, kSentinel);
        multiplyAll(kernels, PackedActivations(kernels, x, param.bits), weight, kRows,
                    {.y = y.row(0), .stride = y.stride});
        for (int r = 0; r < kRows; ++r) {
            for (int c = 0; c < kChannels; ++c) ASSERT_EQ(std::isnan(y.row(r)[c]), r == 2) << r << ", " << c;
        }
    }
}

// The largest codes everywhere: what would overflow 16 or 32 bits does so here.
TEST_P(LinearCodes, ExtremeCodes) {
    const Case& param = GetParam();
    const kernels::LinearKernels& kernels = *param.set->linear;
    constexpr int kInputs = 128, kChannels = 32;
    PaddedRows x(4, kInputs);
    for (int i = 0; i < kInputs; ++i) {
        x.row(0)[i] = 1.0f;
        x.row(1)[i] = -1.0f;
        x.row(2)[i] = i % 2 == 0 ? 1.0f : -1.0f;
        x.row(3)[i] = i == 0 ? 1.0f : -128.0f / 32639.0f;  // Int15: low plane −128
    }
    const int largest = param.format == WeightFormat::T3   ? 2
                        : param.format == WeightFormat::B1 ? 1
                        : param.format == WeightFormat::Q4 ? 15
                                                           : 255;
    const int smallest = param.format == WeightFormat::Q8 ? 1 : 0;
    CodedMatrix weight = randomMatrix(param.format, kChannels, kInputs, 41);
    for (int c = 0; c < kChannels; ++c) {
        for (int i = 0; i < kInputs; ++i) {
            const bool high = c % 3 == 0 || (c % 3 == 2 && i % 2 == 0);
            weight.codes[static_cast<std::size_t>(c) * kInputs + i] =
                static_cast<std::uint8_t>(high ? largest : smallest);
        }
    }
    const OracleResult expected = oracle(QuantizedOracle(x, param.bits), weight);
    PaddedRows y(4, kChannels, kSentinel);
    multiplyAll(kernels, PackedActivations(kernels, x, param.bits), weight, 4, {.y = y.row(0), .stride = y.stride});
    for (int r = 0; r < 4; ++r) {
        for (int c = 0; c < kChannels; ++c) {
            const std::size_t at = static_cast<std::size_t>(r) * kChannels + c;
            ASSERT_NEAR(y.row(r)[c], expected.y[at], tolerance(expected, at, 0)) << r << ", " << c;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, LinearCodes, testing::ValuesIn(allCases()), caseName);

}  // namespace
}  // namespace penjing::test
