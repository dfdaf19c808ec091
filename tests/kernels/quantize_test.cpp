#include <gtest/gtest.h>

#include <cstring>

#include "linear_support.h"

// Activation quantisation: by definition, and the same bits in every set.
namespace penjing::test {
namespace {

struct UnpackedGroup {
    std::vector<int> codes;  // [rows, 128]
    std::vector<float> scales, halfSums;
    std::vector<std::int32_t> negativeSums;
};

// Reads the documented layout of a group of any row block.
UnpackedGroup unpack(const std::byte* group, int rowBlock, int rows, ActivationBits bits) {
    UnpackedGroup result;
    const int planes = bits == ActivationBits::Int15 ? 2 : 1;
    const std::byte* scales = group + planes * rowBlock * 128;
    for (int r = 0; r < rows; ++r) {
        for (int i = 0; i < 128; ++i) {
            const int at = (i / 4 * rowBlock + r) * 4 + i % 4;
            int code = static_cast<std::int8_t>(group[at]);
            if (planes == 2)
                code = 256 * code + static_cast<std::int8_t>(group[rowBlock * 128 + at]);
            result.codes.push_back(code);
        }
        float scale, first, second;
        std::int32_t sum;
        std::memcpy(&scale, scales + 4 * r, 4);
        std::memcpy(&sum, scales + 4 * (rowBlock + r), 4);
        std::memcpy(&first, scales + 4 * (2 * rowBlock + r), 4);
        std::memcpy(&second, scales + 4 * (3 * rowBlock + r), 4);
        result.scales.push_back(scale);
        result.negativeSums.push_back(sum);
        result.halfSums.push_back(first);
        result.halfSums.push_back(second);
    }
    return result;
}

// All groups of all rows, in the order [block][group].
std::vector<UnpackedGroup> unpackAll(const kernels::KernelSet& set, const PaddedRows& x, ActivationBits bits) {
    const int rowBlock = set.linear->rowBlock;
    const std::size_t groupBytes = kernels::activationGroupBytes(rowBlock, bits);
    const PackedActivations packed(*set.linear, x, bits);
    std::vector<UnpackedGroup> rows;
    for (int r = 0; r < x.rows; ++r) {
        for (int g = 0; g < x.cols / 128; ++g) {
            const std::size_t index = static_cast<std::size_t>(r / rowBlock) * (x.cols / 128) + g;
            UnpackedGroup block = unpack(packed.blocks.bytes() + index * groupBytes, rowBlock, r % rowBlock + 1, bits);
            UnpackedGroup row;
            row.codes.assign(block.codes.end() - 128, block.codes.end());
            row.scales = {block.scales.back()};
            row.negativeSums = {block.negativeSums.back()};
            row.halfSums.assign(block.halfSums.end() - 2, block.halfSums.end());
            rows.push_back(row);
        }
    }
    return rows;
}

class Quantize : public testing::TestWithParam<std::tuple<const kernels::KernelSet*, ActivationBits>> {};

TEST_P(Quantize, MatchesTheDefinition) {
    const auto [set, bits] = GetParam();
    const PaddedRows x = randomRows(27, 384, 99);
    const QuantizedOracle expected(x, bits);
    const std::vector<UnpackedGroup> groups = unpackAll(*set, x, bits);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        ASSERT_EQ(groups[g].scales[0], expected.scales[g]);
        int halfSums[2] = {0, 0};
        for (int i = 0; i < 128; ++i) {
            ASSERT_EQ(groups[g].codes[i], expected.codes[g * 128 + i]) << "group " << g << " input " << i;
            halfSums[i / 64] += groups[g].codes[i];
        }
        ASSERT_EQ(groups[g].negativeSums[0], -(halfSums[0] + halfSums[1]));
        for (int half = 0; half < 2; ++half)
            ASSERT_EQ(groups[g].halfSums[half], expected.scales[g] * static_cast<float>(halfSums[half]));
    }
}

// Each code is within half a step of the input: the definition itself is accurate.
TEST_P(Quantize, IsCloseToTheInput) {
    const auto [set, bits] = GetParam();
    const PaddedRows x = randomRows(9, 256, 5);
    const std::vector<UnpackedGroup> groups = unpackAll(*set, x, bits);
    for (int r = 0; r < 9; ++r) {
        for (int i = 0; i < 256; ++i) {
            const UnpackedGroup& group = groups[static_cast<std::size_t>(r) * 2 + i / 128];
            const double scale = group.scales[0];
            // Half a step, and the rounding of x / scale in float (codes up to 2^15, unit 2^-24).
            ASSERT_NEAR(group.codes[i % 128] * scale, x.row(r)[i], scale * (0.5 + 0x1p-8)) << r << ", " << i;
        }
    }
}

TEST_P(Quantize, OddInputs) {
    const auto [set, bits] = GetParam();
    const int codeMax = largestCode(bits);
    PaddedRows x(7, 128, 0.0f);
    x.row(1)[5] = std::numeric_limits<float>::quiet_NaN();
    x.row(2)[5] = -std::numeric_limits<float>::infinity();
    x.row(3)[5] = std::numeric_limits<float>::denorm_min();
    x.row(4)[5] = std::numeric_limits<float>::max();
    x.row(5)[5] = -0x1p-100f;
    x.row(6)[5] = 0x1.fffffep-101f;
    const std::vector<UnpackedGroup> rows = unpackAll(*set, x, bits);
    EXPECT_EQ(rows[0].scales[0], 0.0f);
    EXPECT_TRUE(std::isnan(rows[1].scales[0]));
    EXPECT_TRUE(std::isnan(rows[2].scales[0]));
    EXPECT_EQ(rows[3].scales[0], 0.0f) << "too small to scale: counts as zero";
    EXPECT_EQ(rows[4].codes[5], codeMax);
    EXPECT_EQ(rows[4].scales[0], std::numeric_limits<float>::max() / static_cast<float>(codeMax));
    EXPECT_EQ(rows[5].codes[5], -codeMax);
    EXPECT_EQ(rows[6].scales[0], 0.0f);
    for (const int r : {0, 1, 2, 3, 6}) {
        for (const int code : rows[r].codes) ASSERT_EQ(code, 0) << "row " << r;
    }
}

// Rows of a block that do not exist are zeros, whatever the buffer held.
TEST_P(Quantize, MissingRowsAreZero) {
    const auto [set, bits] = GetParam();
    const int rowBlock = set->linear->rowBlock;
    const PaddedRows x = randomRows(1, 128, 3);
    AlignedBytes block(kernels::activationGroupBytes(rowBlock, bits));
    set->linear->quantize(x.row(0), x.stride, 1, 128, bits, block.bytes());
    const UnpackedGroup all = unpack(block.bytes(), rowBlock, rowBlock, bits);
    for (std::size_t i = 128; i < all.codes.size(); ++i) ASSERT_EQ(all.codes[i], 0);
    for (int r = 1; r < rowBlock; ++r) {
        ASSERT_EQ(all.scales[r], 0.0f);
        ASSERT_EQ(all.negativeSums[r], 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, Quantize, testing::Combine(testing::ValuesIn(linearSets()), testing::ValuesIn(kAllBits)),
                         [](const auto& parameter) {
                             return std::string(std::get<0>(parameter.param)->name) + "_" +
                                    bitsLabel(std::get<1>(parameter.param));
                         });

// Bytes that the base-3 decoder may meet, all of them: 0…242.
TEST(DecodeTernary, EveryByte) {
    for (const kernels::KernelSet* set : linearSets()) {
        std::vector<std::byte> tiles(4 * 896);
        for (std::size_t i = 0; i < tiles.size(); ++i)
            tiles[i] = static_cast<std::byte>(i % 896 < 832 ? (i * 7) % 243 : 0);
        AlignedBytes panels(4 * kernels::panelBytes(kernels::CodeFormat::T3));
        set->linear->decode(kernels::CodeFormat::T3, tiles.data(), 4, panels.bytes());
        for (int t = 0; t < 4; ++t) {
            const auto* codes = reinterpret_cast<const std::uint8_t*>(panels.bytes()) +
                                t * static_cast<std::ptrdiff_t>(kernels::panelBytes(kernels::CodeFormat::T3));
            for (int v = 0; v < 64; ++v) {
                for (int b = 0; b < 64; ++b) {
                    int byte = static_cast<int>(tiles[static_cast<std::size_t>(t) * 896 + v / 5 * 64 + b]);
                    for (int d = 0; d < v % 5; ++d) byte /= 3;
                    ASSERT_EQ(codes[v * 64 + b], byte % 3) << set->name << " vector " << v << " byte " << b;
                }
            }
        }
    }
}

}  // namespace
}  // namespace penjing::test
