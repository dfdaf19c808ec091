#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "cpu/cpu_ops.h"
#include "linear_support.h"
#include "penjing/kernels/tables.h"

// Products by table lookup: the tables and pair codes by their definition, and results that are to the bit those of the
// ordinary products with Int7 (which linear_codes_test.cpp compares with the oracle).
namespace penjing::test {
namespace {

using kernels::OutputMatrix;
using kernels::Range;

constexpr float kSentinel = 12345.0f;

struct PackedTables {
    PackedTables(const kernels::TableKernels& tables, const PaddedRows& x)
        : rows(x.rows),
          k(x.cols),
          groupBytes(kernels::tableGroupBytes(tables.rowBlock)),
          blocks(groupBytes * static_cast<std::size_t>(k / 128 * ((rows + tables.rowBlock - 1) / tables.rowBlock))) {
        for (int first = 0, block = 0; first < rows; first += tables.rowBlock, ++block)
            tables.quantize(x.row(first), x.stride, std::min(tables.rowBlock, rows - first), k,
                            blocks.bytes() + static_cast<std::size_t>(block * (k / 128)) * groupBytes);
    }
    int rows, k;
    std::size_t groupBytes;
    AlignedBytes blocks;
};

// Pieces of k one after the other, tile columns all at once.
void multiplyByTables(const kernels::TableKernels& tables, const PaddedRows& x, const CodedMatrix& weight,
                      OutputMatrix out, int groupsAtOnce = 1 << 20) {
    const std::vector<std::byte> tiles = encodeTiles(weight);
    const kernels::CodedWeight coded{codeFormat(weight.format), tiles.data(), weight.n, weight.k};
    const PackedTables packed(tables, x);
    const int tileCount = (weight.n + 31) / 32, groups = weight.k / 128;
    AlignedBytes scratch(kernels::tableScratchBytes(tables.rowBlock, tileCount, std::min(groups, groupsAtOnce)));
    for (int first = 0; first < groups; first += groupsAtOnce) {
        const Range some{first, std::min(groupsAtOnce, groups - first)};
        kernels::multiplyTableRange(tables, {packed.blocks.bytes(), x.rows, x.cols}, coded, {0, tileCount}, some, out,
                                    scratch.bytes());
        out = kernels::continued(out);
    }
}

void multiplyOrdinarily(const kernels::LinearKernels& linear, const PaddedRows& x, const CodedMatrix& weight,
                        OutputMatrix out, int groupsAtOnce = 1 << 20) {
    const std::vector<std::byte> tiles = encodeTiles(weight);
    const kernels::CodedWeight coded{codeFormat(weight.format), tiles.data(), weight.n, weight.k};
    const PackedActivations packed(linear, x, ActivationBits::Int7);
    const int tileCount = (weight.n + 31) / 32, groups = weight.k / 128;
    AlignedBytes scratch(kernels::panelScratchBytes(coded.format, tileCount, std::min(groups, groupsAtOnce)));
    for (int first = 0; first < groups; first += groupsAtOnce) {
        const Range some{first, std::min(groupsAtOnce, groups - first)};
        kernels::multiplyRange(linear, packed.view(x.rows), coded, {0, tileCount}, some, out, scratch.bytes());
        out = kernels::continued(out);
    }
}

struct Case {
    const kernels::KernelSet* set;
    WeightFormat format;
};

std::vector<Case> allCases() {
    std::vector<Case> cases;
    for (const kernels::KernelSet* set : tableSets())
        for (const WeightFormat format : {WeightFormat::T3, WeightFormat::B1}) cases.push_back({set, format});
    return cases;
}

class TableProducts : public testing::TestWithParam<Case> {
protected:
    const kernels::TableKernels& tables() const { return *GetParam().set->tables; }
    const kernels::LinearKernels& linear() const { return *GetParam().set->linear; }

    // Both products of x and weight with the same epilogue; every bit and the padding compared.
    void expectSameBits(const PaddedRows& x, const CodedMatrix& weight, OutputMatrix epilogue = {},
                        int groupsAtOnce = 1 << 20) const {
        PaddedRows looked(x.rows, weight.n, kSentinel), wanted(x.rows, weight.n, kSentinel);
        for (PaddedRows* y : {&looked, &wanted})
            for (int r = 0; r < x.rows; ++r) std::fill_n(y->row(r), weight.n, 0.75f);
        epilogue.stride = looked.stride;
        epilogue.y = looked.row(0);
        multiplyByTables(tables(), x, weight, epilogue, groupsAtOnce);
        epilogue.y = wanted.row(0);
        multiplyOrdinarily(linear(), x, weight, epilogue, groupsAtOnce);
        ASSERT_EQ(std::memcmp(looked.data.data(), wanted.data.data(), looked.data.size() * sizeof(float)), 0)
            << "rows " << x.rows << " n " << weight.n << " k " << weight.k;
        ASSERT_TRUE(looked.paddingUntouched());
    }
};

TEST_P(TableProducts, AreTheOrdinaryProductsForAllRemainders) {
    for (const int k : {128, 256, 640}) {
        const PaddedRows all = randomRows(29, k, 11 + static_cast<std::uint64_t>(k));
        const CodedMatrix weight = randomMatrix(GetParam().format, 70, k, 7);
        for (const int n : {1, 7, 16, 17, 31, 32, 33, 64, 70}) {
            for (int rows = 1; rows <= all.rows; ++rows) {
                PaddedRows x = all;
                x.rows = rows;
                expectSameBits(x, firstChannels(weight, n));
            }
        }
    }
}

TEST_P(TableProducts, AgreeWithTheOracle) {
    const PaddedRows x = randomRows(14, 384, 3);
    const CodedMatrix weight = randomMatrix(GetParam().format, 45, 384, 5);
    const OracleResult expected = oracle(QuantizedOracle(x, ActivationBits::Int7), weight);
    PaddedRows y(x.rows, weight.n, kSentinel);
    multiplyByTables(tables(), x, weight, {.y = y.row(0), .stride = y.stride});
    for (int r = 0; r < x.rows; ++r) {
        for (int c = 0; c < weight.n; ++c) {
            const std::size_t at = static_cast<std::size_t>(r * weight.n + c);
            const double tolerance = (expected.terms + 4) * 0x1p-24 * 1.01 * expected.magnitude[at] + 1e-30;
            ASSERT_NEAR(y.row(r)[c], expected.y[at], tolerance) << r << ", " << c;
        }
    }
}

TEST_P(TableProducts, EpiloguesAndPiecesOfK) {
    const PaddedRows x = randomRows(17, 640, 13);
    const CodedMatrix weight = randomMatrix(GetParam().format, 45, 640, 15);
    Random random(17);
    std::vector<float> bias(45), gate(45);
    for (float& b : bias) b = random.symmetric();
    for (float& g : gate) g = random.symmetric();
    for (int mode = 0; mode < 8; ++mode) {
        const OutputMatrix epilogue{.bias = (mode & 1) != 0 ? bias.data() : nullptr,
                                    .gate = (mode & 2) != 0 ? gate.data() : nullptr,
                                    .accumulate = (mode & 4) != 0};
        expectSameBits(x, weight, epilogue, 2);
    }
}

// ±63 ± 63 in every table, and all sums of a group at their largest.
TEST_P(TableProducts, ExtremeCodes) {
    PaddedRows x(4, 128);
    for (int i = 0; i < 128; ++i) {
        x.row(0)[i] = 1.0f;
        x.row(1)[i] = -1.0f;
        x.row(2)[i] = i % 2 == 0 ? 1.0f : -1.0f;
        x.row(3)[i] = i % 8 < 4 ? 1.0f : -1.0f;
    }
    CodedMatrix weight = randomMatrix(GetParam().format, 33, 128, 41);
    const int largest = GetParam().format == WeightFormat::T3 ? 2 : 1;
    for (std::size_t i = 0; i < weight.codes.size(); ++i) {
        const bool high = i / 128 % 4 == 0 || (i / 128 % 4 == 1 && i % 2 == 0) || (i / 128 % 4 == 2 && i % 8 < 4);
        weight.codes[i] = static_cast<std::uint8_t>(high ? largest : 0);
    }
    expectSameBits(x, weight);
}

TEST_P(TableProducts, NotFiniteInputsComeOutAsNan) {
    const CodedMatrix weight = randomMatrix(GetParam().format, 33, 256, 31);
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
        PaddedRows x = randomRows(5, 256, 37);
        x.row(2)[200] = bad;
        PaddedRows y(5, 33, kSentinel);
        multiplyByTables(tables(), x, weight, {.y = y.row(0), .stride = y.stride});
        for (int r = 0; r < 5; ++r)
            for (int c = 0; c < 33; ++c) ASSERT_EQ(std::isnan(y.row(r)[c]), r == 2) << r << ", " << c;
    }
}

// Every entry that a pair of codes can name is the sum it stands for; rows that do not exist are zeros.
TEST_P(TableProducts, TablesByTheirDefinition) {
    constexpr int kRows = 9;
    const PaddedRows x = randomRows(kRows, 256, 51);
    const QuantizedOracle quantized(x, ActivationBits::Int7);
    const PackedTables packed(tables(), x);
    const int rowBlock = tables().rowBlock;
    const auto code = [&](int r, int i) {
        return r < kRows ? quantized.codes[static_cast<std::size_t>(r * 256 + i)] : 0;
    };
    for (int r = 0; r < rowBlock; ++r) {
        for (int at = 0; at < 256 / 8 * 64; ++at) {
            const int vector = at / 64, table = at / 16 % 4, first = at % 4, second = at / 4 % 4;
            if (first == 3 || second == 3)
                continue;
            const std::byte* group = packed.blocks.bytes() + static_cast<std::size_t>(vector / 16) * packed.groupBytes;
            const auto entry = static_cast<std::int8_t>(group[(vector % 16 * rowBlock + r) * 64 + at % 64]);
            const int sum = (first - 1) * code(r, 8 * vector + table) + (second - 1) * code(r, 8 * vector + 4 + table);
            ASSERT_EQ(entry, sum) << "row " << r << " vector " << vector << " entry " << at % 64;
        }
        for (int g = 0; g < 2; ++g) {
            float scale;
            std::memcpy(
                &scale,
                packed.blocks.bytes() + static_cast<std::size_t>(g) * packed.groupBytes + (256 * rowBlock + r) * 4,
                sizeof scale);
            ASSERT_EQ(scale, r < kRows ? quantized.scales[static_cast<std::size_t>(2 * r + g)] : 0.0f);
        }
    }
}

TEST_P(TableProducts, PairCodesByTheirDefinition) {
    constexpr int kInputs = 256, kVectors = kInputs / 8;
    const CodedMatrix weight = randomMatrix(GetParam().format, 32, kInputs, 61);
    const std::vector<std::byte> tiles = encodeTiles(weight);
    AlignedBytes panels(2 * kernels::kTablePanelBytes);
    tables().decode(codeFormat(weight.format), tiles.data(), 2, panels.bytes());
    const int unit = GetParam().format == WeightFormat::T3 ? 1 : 2;  // binary codes 0 and 1 are ternary 0 and 2
    for (int at = 0; at < kVectors * 128; ++at) {
        const int vector = at / 128, channel = at % 128 / 4, table = at % 4;
        const auto codeOf = [&](int input) {
            return unit * weight.codes[static_cast<std::size_t>(channel * kInputs + input)];
        };
        const int pair = codeOf(8 * vector + table) + 4 * codeOf(8 * vector + 4 + table);
        const std::byte* panel = panels.bytes() + static_cast<std::size_t>(vector / 16) * kernels::kTablePanelBytes;
        ASSERT_EQ(static_cast<int>(panel[vector % 16 * 128 + at % 128]), 16 * table + pair) << at;
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, TableProducts, testing::ValuesIn(allCases()), [](const auto& parameter) {
    return std::string(parameter.param.set->name) + "_" + formatLabel(parameter.param.format);
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TableProducts);

// The CPU backend: turbo takes the lookups where the set has them, for ternary and binary weights only, to the bits of
// the same set without; rows in several pieces, k in several pieces, any number of threads.
TEST(TableOps, TurboIsTheSameWithAndWithoutTables) {
    constexpr int kInputs = 9216, kRows = 700, kTernary = 130, kBinary = 40, kBytes = 33;
    const PaddedRows x = randomRows(kRows, kInputs, 71);
    const ConstMat input{x.row(0), x.rows, x.cols, x.stride};
    const CodedMatrix weights[] = {randomMatrix(WeightFormat::T3, kTernary, kInputs, 72),
                                   randomMatrix(WeightFormat::Q8, kBytes, kInputs, 73),
                                   randomMatrix(WeightFormat::B1, kBinary, kInputs, 74)};
    std::vector<std::vector<std::byte>> tiles;
    for (const CodedMatrix& weight : weights) tiles.push_back(encodeTiles(weight));
    const auto run = [&](const kernels::KernelSet& set, int threads, Precision precision) {
        std::vector<PaddedRows> y;
        for (const CodedMatrix& weight : weights) y.emplace_back(kRows, weight.n, kSentinel);
        std::vector<LinearJob> jobs;
        for (std::size_t i = 0; i < y.size(); ++i)
            jobs.push_back({.weight = {weights[i].format, weights[i].n, kInputs, tiles[i].data()},
                            .y = {y[i].row(0), kRows, weights[i].n, y[i].stride}});
        EXPECT_TRUE(makeCpuOps(set, threads, {})->linear(input, jobs, precision));
        return y;
    };
    for (const kernels::KernelSet* set : tableSets()) {
        kernels::KernelSet without = *set;
        without.tables = nullptr;
        const std::vector<PaddedRows> wanted = run(without, 2, Precision::Int7);
        const std::vector<PaddedRows> eightBits = run(without, 2, Precision::Int8);
        for (const int threads : {1, 3}) {
            const std::vector<PaddedRows> looked = run(*set, threads, Precision::Int7);
            for (std::size_t i = 0; i < looked.size(); ++i) {
                EXPECT_EQ(looked[i].data, wanted[i].data) << set->name << " job " << i;
                EXPECT_EQ(looked[i].data == eightBits[i].data, weights[i].format == WeightFormat::Q8) << "job " << i;
            }
        }
    }
}

}  // namespace
}  // namespace penjing::test
