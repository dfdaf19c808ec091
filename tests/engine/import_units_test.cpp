// The pieces that imports are made of, against the vectors of the formats' definitions.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "import/ggml_blocks.h"
#include "import/gguf_source.h"
#include "import/group_coding.h"
#include "import/module_names.h"
#include "import/safetensors_source.h"
#include "import/source_matrix.h"
#include "import_support.h"
#include "pack/tile_encoder.h"

namespace penjing {
namespace {

using test::FileBytes;
using test::StoredWeights;

TEST(ImportBlocks, TernaryWordOfTheDefinition) {
    const std::vector<std::byte> bytes{std::byte{0xA4}, std::byte{0x85}, std::byte{0x60}, std::byte{0x29}};
    std::vector<std::uint8_t> codes(16);
    unpackBits(bytes.data(), 16, 2, codes.data());
    EXPECT_EQ(codes, (std::vector<std::uint8_t>{0, 1, 2, 2, 1, 1, 0, 2, 0, 0, 2, 1, 1, 2, 2, 0}));
}

TEST(ImportBlocks, BinaryAndFourBitWordsOfTheDefinition) {
    const std::vector<std::byte> bits{std::byte{0xB9}, std::byte{0x00}, std::byte{0xFF}, std::byte{0xAA}};
    std::vector<std::uint8_t> codes(32);
    unpackBits(bits.data(), 32, 1, codes.data());
    const std::vector<std::uint8_t> expected{1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
                                             1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1};
    EXPECT_EQ(codes, expected);
    const std::vector<std::byte> nibbles{std::byte{0x10}, std::byte{0x32}, std::byte{0xDC}, std::byte{0xFE}};
    codes.resize(8);
    unpackBits(nibbles.data(), 8, 4, codes.data());
    EXPECT_EQ(codes, (std::vector<std::uint8_t>{0, 1, 2, 3, 12, 13, 14, 15}));
}

TEST(ImportBlocks, EveryBaseThreeByteGivesItsDigitsBack) {
    for (int v = 0; v < 243; ++v) {
        std::vector<std::byte> block(26);
        block[0] = static_cast<std::byte>((256 * v + 242) / 243);
        std::vector<std::uint8_t> codes(128);
        unpackPtq1(block.data(), codes.data());
        int back = 0;
        for (std::size_t digit = 0; digit < 5; ++digit) back = back * 3 + codes[16 * digit];
        ASSERT_EQ(back, v);
    }
}

TEST(ImportGroups, KindIsExact) {
    std::vector<float> group(128, 0.0f);
    EXPECT_EQ(groupKind(group), GroupKind::Zero);
    group[3] = 0.25f;
    group[4] = -0.25f;
    EXPECT_EQ(groupKind(group), GroupKind::Ternary);
    group[5] = std::nextafter(0.25f, 1.0f);
    EXPECT_EQ(groupKind(group), GroupKind::Neither);
    for (std::size_t i = 0; i < group.size(); ++i) group[i] = i % 3 ? 0.5f : -0.5f;
    EXPECT_EQ(groupKind(group), GroupKind::Binary);
}

double squaredError(std::span<const float> weights, const std::vector<std::uint8_t>& codes, double scale) {
    double sum = 0.0;
    for (std::size_t i = 0; i < weights.size(); ++i)
        sum += std::pow(static_cast<double>(weights[i]) - (codes[i] - 1) * scale, 2);
    return sum;
}

TEST(ImportGroups, LeastSquaresTernaryIsTheBestOfAllThresholds) {
    std::mt19937 random(4);
    std::normal_distribution<float> normal;
    for (int round = 0; round < 50; ++round) {
        std::vector<float> weights(128);
        for (float& w : weights) w = round % 2 ? normal(random) : std::round(2.0f * normal(random)) / 2.0f;
        std::vector<std::uint8_t> codes(128), candidate(128);
        const double error = squaredError(weights, codes, leastSquaresTernary(weights, codes.data()));
        const double found = squaredError(weights, codes, leastSquaresTernary(weights, codes.data()));
        // Every threshold between two magnitudes with its best scale.
        for (const float limit : weights) {
            double sum = 0.0, count = 0.0;
            for (std::size_t i = 0; i < weights.size(); ++i) {
                const bool kept = std::fabs(weights[i]) >= std::fabs(limit) && weights[i] != 0.0f;
                candidate[i] = static_cast<std::uint8_t>(!kept ? 1 : weights[i] < 0.0f ? 0 : 2);
                sum += kept ? std::fabs(weights[i]) : 0.0f;
                count += kept;
            }
            ASSERT_LE(found, squaredError(weights, candidate, count > 0 ? sum / count : 0.0) + 1e-6);
        }
        ASSERT_GE(error, 0.0);
    }
}

TEST(ImportGroups, LeastSquaresKeepsWhatIsTernaryOrBinary) {
    std::vector<float> weights(128, 0.0f);
    for (std::size_t i = 0; i < 128; i += 3) weights[i] = i % 2 ? 0.375f : -0.375f;
    std::vector<std::uint8_t> codes(128);
    EXPECT_EQ(leastSquaresTernary(weights, codes.data()), 0.375f);
    EXPECT_EQ(codes[0], 0);
    EXPECT_EQ(codes[1], 1);
    EXPECT_EQ(codes[3], 2);
    for (float& w : weights) w = 0.5f;
    EXPECT_EQ(leastSquaresBinary(weights, codes.data()), 0.5f);
    EXPECT_EQ(codes[9], 1);
    std::fill(weights.begin(), weights.end(), 0.0f);
    EXPECT_EQ(leastSquaresTernary(weights, codes.data()), 0.0f);
    EXPECT_EQ(codes[7], 1);
}

TEST(ImportNames, BflPutsProjectionsInOneMatrixAndSwapsTheLastHalves) {
    const auto key = transformerRows(Naming::Bfl, "transformer_blocks.2.attn.to_k", 128);
    ASSERT_EQ(key.size(), 1u);
    EXPECT_EQ(key[0].module, "double_blocks.2.img_attn.qkv");
    EXPECT_EQ(key[0].first, 128u);
    EXPECT_EQ(key[0].all, 384u);
    const auto last = transformerRows(Naming::Bfl, "norm_out.linear", 256);
    ASSERT_EQ(last.size(), 2u);
    EXPECT_EQ(last[0].module, "final_layer.adaLN_modulation.1");
    EXPECT_EQ(last[0].first, 128u);
    EXPECT_EQ(last[1].first, 0u);
    EXPECT_EQ(transformerVector(Naming::Bfl, "single_transformer_blocks.19.attn.norm_k.weight"),
              "single_blocks.19.norm.key_norm.scale");
    EXPECT_EQ(vaeModule(Naming::Bfl, "decoder.up_blocks.1.resnets.2.conv_shortcut", 4),
              "decoder.up.2.block.2.nin_shortcut");
    EXPECT_EQ(vaeModule(Naming::Bfl, "decoder.mid_block.resnets.1.norm2", 4), "decoder.mid.block_2.norm2");
    EXPECT_EQ(vaeModule(Naming::Bfl, "bn", 4), "bn");
}

// A catalog of one file with these tensors, kept in `folder`.
TensorCatalog catalogOf(const test::TemporaryFolder& folder, const test::TensorList& tensors) {
    test::writeFile(folder / "m.safetensors", test::safetensorsBytes(tensors));
    TensorCatalog catalog;
    const Status status = addSafetensorsFile(folder / "m.safetensors", catalog);
    EXPECT_TRUE(status.ok()) << status.error().message;
    return catalog;
}

// A ternary matrix [1, 128] with all codes `byte`, scale and bias.
test::TensorList affineRow(std::uint8_t byte, float scale, float bias, std::size_t bits) {
    return {{"m.weight", "U32", {1, 4 * bits}, FileBytes(16 * bits, byte)},
            {"m.scales", "F16", {1, 1}, test::f16Bytes({scale})},
            {"m.biases", "F16", {1, 1}, test::f16Bytes({bias})}};
}

std::string affineProblem(const test::TensorList& tensors) {
    const test::TemporaryFolder folder;
    TensorCatalog catalog = catalogOf(folder, tensors);
    const Result<SourceMatrix> matrix = takeMatrix(catalog, "m", 1, 128);
    if (!matrix)
        return matrix.error().message;
    std::vector<std::uint8_t> codes(128);
    float scale = 0.0f;
    const Status status = readCodes(*matrix, 0, {codes.data(), &scale, nullptr});
    return status ? "" : status.error().message;
}

TEST(ImportMatrix, AffineWeightsMustMirrorTheirScale) {
    EXPECT_EQ(affineProblem(affineRow(0x00, 0.5f, -0.5f, 2)), "");
    EXPECT_NE(affineProblem(affineRow(0x00, 0.5f, -0.25f, 2)).find("not ternary"), std::string::npos);
    EXPECT_NE(affineProblem(affineRow(0xc0, 0.5f, -0.5f, 2)).find("code 3"), std::string::npos);
    EXPECT_EQ(affineProblem(affineRow(0xff, 0.5f, -0.25f, 1)), "");
    EXPECT_NE(affineProblem(affineRow(0xff, 0.5f, -0.5f, 1)).find("not binary"), std::string::npos);
    EXPECT_NE(affineProblem(affineRow(0x00, INFINITY, -INFINITY, 2)).find("not a number"), std::string::npos);
}

TEST(ImportMatrix, WhatAnAffineMatrixLacksIsNamed) {
    test::TensorList tensors = affineRow(0x00, 0.5f, -0.5f, 2);
    tensors.pop_back();
    EXPECT_NE(affineProblem(tensors).find("\"m.biases\" is missing"), std::string::npos);
    tensors = affineRow(0x00, 0.5f, -0.5f, 2);
    tensors[0].shape = {1, 9};
    tensors[0].data.resize(36);
    EXPECT_NE(affineProblem(tensors).find("[1, 128]"), std::string::npos);
}

TEST(ImportMatrix, NumbersThatAreNoneAreRefused) {
    const test::TemporaryFolder folder;
    std::vector<float> values(128, 1.0f);
    values[5] = NAN;
    TensorCatalog catalog = catalogOf(folder, {{"m.weight", "BF16", {1, 128}, test::bf16Bytes(values)}});
    const Result<SourceMatrix> matrix = takeMatrix(catalog, "m", 1, 128);
    ASSERT_TRUE(matrix.ok()) << matrix.error().message;
    EXPECT_FALSE(readNumbers(*matrix, 0, values.data()).ok());
}

TEST(ImportFolder, ShardsMustBeWhatTheIndexSays) {
    const test::TemporaryFolder folder;
    const StoredWeights a{"a", "F32", {1}, FileBytes(4, 0)}, b{"b", "F32", {1}, FileBytes(4, 0)};
    const auto open = [&](const std::string& index) {
        test::writeText(folder / "m.safetensors.index.json", index);
        const auto catalog = openSafetensorsFolder(folder.path());
        return catalog ? std::string() : catalog.error().message;
    };
    test::writeFile(folder / "1.safetensors", test::safetensorsBytes({a}));
    const std::string whole = R"({"weight_map":{"a":"1.safetensors","b":"2.safetensors"}})";
    EXPECT_NE(open(whole).find("2.safetensors: this part of the model is missing"), std::string::npos);
    test::writeFile(folder / "2.safetensors", test::safetensorsBytes({b}));
    EXPECT_EQ(open(whole), "");
    EXPECT_NE(open(R"({"weight_map":{"c":"1.safetensors"}})").find("\"c\" is missing"), std::string::npos);
    EXPECT_NE(open(R"({"weight_map":{"a":"../1.safetensors"}})").find("not the name of a file"), std::string::npos);
    EXPECT_NE(open(R"({"weight_map":3})").find("weight_map"), std::string::npos);
    test::writeFile(folder / "2.safetensors", test::safetensorsBytes({a}));
    EXPECT_NE(open(R"({"weight_map":{"a":"1.safetensors","x":"2.safetensors"}})").find("is also in"),
              std::string::npos);
    FileBytes half = test::safetensorsBytes({a});
    half.resize(half.size() - 2);
    test::writeFile(folder / "1.safetensors", half);
    EXPECT_NE(open(R"({"weight_map":{"a":"1.safetensors"}})").find("truncated"), std::string::npos);
}

const std::map<std::string, std::uint32_t> kIds{{"F32", 0},   {"BF16", 30}, {"Q2_K", 10}, {"Q1_0", 41},
                                                {"id42", 42}, {"I64", 27},  {"what", 999}};

Result<std::vector<GgufTensor>> parsed(const FileBytes& bytes) {
    return parseGguf(std::as_bytes(std::span(bytes)));
}

std::string ggufProblem(const FileBytes& bytes) {
    const auto tensors = parsed(bytes);
    return tensors ? "" : tensors.error().message;
}

TEST(ImportGguf, TypeFortyTwoIsDecidedByItsLength) {
    const std::size_t elements = 128 * 64;
    for (const auto& [bytes, name] : {std::pair(elements / 64 * 18, "Q2_0"), std::pair(elements / 128 * 34, "PQ2_0")}) {
        const auto tensors = parsed(test::ggufBytes({{"t", "id42", {64, 128}, FileBytes(bytes, 0)}}, kIds));
        ASSERT_TRUE(tensors.ok()) << tensors.error().message;
        EXPECT_EQ((*tensors)[0].dtype, name);
        EXPECT_EQ((*tensors)[0].shape, (std::vector<std::size_t>{64, 128}));
        EXPECT_EQ((*tensors)[0].end - (*tensors)[0].begin, bytes);
    }
    EXPECT_NE(
        ggufProblem(test::ggufBytes({{"t", "id42", {64, 128}, FileBytes(elements / 2, 0)}}, kIds)).find("type 42"),
        std::string::npos);
}

TEST(ImportGguf, WhatIsNotReadIsNamed) {
    const auto one = [](const std::string& type) {
        return test::ggufBytes({{"t", type, {256}, FileBytes(512, 0)}}, kIds);
    };
    EXPECT_NE(ggufProblem(one("Q2_K")).find("stored as Q2_K"), std::string::npos);
    EXPECT_NE(ggufProblem(one("I64")).find("stored as I64"), std::string::npos);
    EXPECT_NE(ggufProblem(one("what")).find("unknown type 999"), std::string::npos);
    EXPECT_NE(ggufProblem(test::ggufBytes({}, kIds, "prism.hadamard.block_size")).find("rotated"), std::string::npos);
}

TEST(ImportGguf, DamageIsNoticed) {
    const FileBytes whole =
        test::ggufBytes({{"t", "F32", {8}, FileBytes(32, 1)}, {"u", "BF16", {8}, FileBytes(16, 1)}}, kIds);
    ASSERT_EQ(ggufProblem(whole), "");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const FileBytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        // The padding after the last tensor may be missing.
        if (length + 16 < whole.size()) {
            EXPECT_NE(ggufProblem(part), "") << length;
        }
    }
    std::mt19937 random(9);
    for (int round = 0; round < 2000; ++round) {
        FileBytes damaged = whole;
        damaged[random() % damaged.size()] = static_cast<std::uint8_t>(random());
        const auto tensors = parsed(damaged);
        if (!tensors)
            continue;
        for (const GgufTensor& tensor : *tensors) ASSERT_LE(tensor.end, damaged.size());
    }
    FileBytes version = whole;
    version[4] = 1;
    EXPECT_NE(ggufProblem(version).find("version 1"), std::string::npos);
}

}  // namespace
}  // namespace penjing
