// What is in the packs that are made from each layout. The layouts come from training/import_layouts.py, where each is
// written by its own ecosystem's library from one set of weights.
#include <gtest/gtest.h>

#include <map>

#include "import_layouts.h"
#include "reference_weights.h"

namespace penjing::test {
namespace {

// Hashes by name of the tensors whose name begins with `prefix`.
std::map<std::string, std::string> hashes(const std::string& layout, const std::string& prefix) {
    std::map<std::string, std::string> result;
    for (const PackTensor& tensor : ImportedModel::of(layout).model.pack().tensors())
        if (tensor.name.starts_with(prefix))
            result[tensor.name] = tensor.sha256;
    return result;
}

std::string formatOf(const std::string& layout, const std::string& tensor) {
    for (const ModelInfo::Tensor& entry : ImportedModel::of(layout).model.info().tensors)
        if (entry.name == tensor)
            return entry.format;
    return "";
}

// Numbers of a BF16 tensor in a safetensors file.
std::vector<double> stored(const FileBytes& file, const SafetensorsHeader& header, const std::string& name) {
    for (const StoredTensor& tensor : header.tensors) {
        if (tensor.name != name)
            continue;
        EXPECT_EQ(tensor.dtype, "BF16") << name;
        std::vector<double> values((tensor.end - tensor.begin) / 2);
        const std::byte* data = std::as_bytes(std::span(file)).data() + tensor.begin;
        for (std::size_t i = 0; i < values.size(); ++i) values[i] = bfloatToDouble(readAs<std::uint16_t>(data, i));
        return values;
    }
    ADD_FAILURE() << name << " is not in the file";
    return {};
}

void expectWeightsOfTheFile(const std::string& layout) {
    const FileBytes file = readFile(importLayout(layout) / "transformer/diffusion_pytorch_model.safetensors");
    const Result<SafetensorsHeader> header = parseSafetensors(std::as_bytes(std::span(file)));
    ASSERT_TRUE(header.ok());
    const Pack& pack = ImportedModel::of(layout).model.pack();
    for (const TensorSpec& spec : expectedTensors(pack.config())) {
        const std::string prefix = "transformer.";
        if (!spec.name.starts_with(prefix) || spec.kind == TensorKind::Vector)
            continue;
        EXPECT_EQ(widen(pack.weight(spec.name)), stored(file, *header, spec.name.substr(prefix.size()))) << spec.name;
    }
}

TEST(ImportLayouts, UnpackedBinaryKeepsEveryWeight) {
    expectWeightsOfTheFile("binary-unpacked");
    EXPECT_EQ(formatOf("binary-unpacked", "transformer.single_transformer_blocks.1.attn.to_out.weight"), "b1");
}

TEST(ImportLayouts, PlainKeepsEveryWeight) {
    expectWeightsOfTheFile("plain");
    EXPECT_EQ(formatOf("plain", "transformer.single_transformer_blocks.1.attn.to_out.weight"), "bf16");
}

// The same bytes in the pack, whichever way the weights came.
TEST(ImportLayouts, TernaryTransformersAreTheSameBytes) {
    const auto expected = hashes("ternary-unpacked", "transformer.");
    EXPECT_FALSE(expected.empty());
    for (const char* layout : {"ternary-mlx", "gguf/ternary-pq2_0.gguf", "gguf/ternary-q2_0.gguf",
                               "gguf/ternary-q2_0-old.gguf", "gguf/ternary-ptq1_0.gguf"})
        EXPECT_EQ(hashes(layout, "transformer."), expected) << layout;
    EXPECT_EQ(formatOf("ternary-mlx", "transformer.transformer_blocks.1.ff_context.linear_out.weight"), "t3");
}

TEST(ImportLayouts, BinaryTransformersAreTheSameBytes) {
    const auto expected = hashes("binary-unpacked", "transformer.");
    EXPECT_EQ(hashes("binary-mlx", "transformer."), expected);
    EXPECT_EQ(hashes("gguf/binary-q1_0.gguf", "transformer."), expected);
}

TEST(ImportLayouts, TheOtherPartsAreTheSameBytes) {
    for (const char* part : {"vae.", "tokenizer."})
        for (const char* layout : {"ternary-mlx", "binary-mlx", "binary-unpacked", "plain", "gguf/ternary-pq2_0.gguf"})
            EXPECT_EQ(hashes(layout, part), hashes("ternary-unpacked", part)) << layout << " " << part;
    EXPECT_EQ(hashes("ternary-mlx", "text_encoder."), hashes("binary-mlx", "text_encoder."));
    EXPECT_EQ(hashes("ternary-unpacked", "text_encoder."), hashes("plain", "text_encoder."));
}

TEST(ImportLayouts, AModelHasOneHash) {
    const std::string expected = ImportedModel::of("ternary-unpacked").model.info().hash;
    EXPECT_EQ(ImportedModel::of("gguf/ternary-pq2_0.gguf").model.info().hash, expected);
    EXPECT_NE(ImportedModel::of("ternary-mlx").model.info().hash, expected);  // another text encoder
    EXPECT_NE(ImportedModel::of("small-decoder").model.info().hash, expected);
}

TEST(ImportLayouts, PacksVerify) {
    for (const char* layout : {"ternary-mlx", "binary-unpacked", "gguf/ternary-ptq1_0.gguf", "small-decoder"}) {
        const Status status = ImportedModel::of(layout).model.verify();
        EXPECT_TRUE(status.ok()) << status.error().message;
    }
}

TEST(ImportLayouts, ExactLayoutsLoseNothing) {
    for (const char* layout : {"ternary-unpacked", "ternary-mlx", "binary-unpacked", "binary-mlx", "plain",
                               "gguf/ternary-q2_0.gguf", "gguf/binary-q1_0.gguf"}) {
        const ImportReport& report = ImportedModel::of(layout).report;
        for (const ImportReport::Loss& loss : report.losses) ADD_FAILURE() << layout << ": " << loss.what;
        for (const ImportReport::Rounding& rounding : report.roundings)
            EXPECT_EQ(rounding.inexact, 0u) << layout << ": " << rounding.what;
    }
}

TEST(ImportLayouts, TheFourthLayerIsNotInThePack) {
    EXPECT_TRUE(hashes("ternary-mlx", "text_encoder.layers.3.").empty());
    EXPECT_FALSE(hashes("ternary-mlx", "text_encoder.layers.2.").empty());
    EXPECT_TRUE(hashes("ternary-mlx", "text_encoder.norm").empty());
    EXPECT_EQ(ImportedModel::of("ternary-mlx").model.pack().config().textEncoder.outLayers,
              (std::vector<int>{1, 2, 3}));
}

TEST(ImportLayouts, TheSmallDecoderHasItsOwnWidths) {
    const auto widths = [](const std::string& layout) {
        return ImportedModel::of(layout).model.pack().config().vae.decoderBlockOutChannels;
    };
    EXPECT_EQ(widths("ternary-unpacked"), (std::vector<int>{8, 12, 16, 16}));
    EXPECT_EQ(widths("small-decoder"), (std::vector<int>{4, 8, 12, 12}));
}

TEST(ImportLayouts, ConfigurationsAreThoseOfTheFolders) {
    // A GGUF file has no configuration: everything comes from its shapes.
    for (const char* layout : {"ternary-mlx", "gguf/ternary-pq2_0.gguf"}) {
        const ModelConfig& config = ImportedModel::of(layout).model.pack().config();
        EXPECT_EQ(config.transformer.numLayers, 2) << layout;
        EXPECT_EQ(config.transformer.numSingleLayers, 2) << layout;
        EXPECT_EQ(config.transformer.numHeads, 2) << layout;
        EXPECT_EQ(config.transformer.headDim, 64) << layout;
        EXPECT_EQ(config.transformer.mlpRatio, 2.0) << layout;
        EXPECT_EQ(config.transformer.axesDimsRope, (std::array<int, 4>{16, 16, 16, 16})) << layout;
        EXPECT_EQ(config.transformer.ropeTheta, 2000.0) << layout;
        EXPECT_EQ(config.textEncoder.ropeTheta, 1e6) << layout;
        EXPECT_EQ(config.scheduler.dynamicMu, DynamicMu::Flux2Empirical) << layout;
        EXPECT_EQ(config.tokenizer.maxSequenceLength, 512) << layout;
        EXPECT_EQ(config.defaults.steps, 4) << layout;
        EXPECT_EQ(config.defaults.guidance, 1.0) << layout;
    }
}

TEST(ImportLayouts, DenseLayersInEightBits) {
    const TemporaryFolder folder;
    ImportOptions options = importOptions(importLayout("ternary-mlx"), folder / "q8.penjing");
    options.dense = ImportDense::Q8;
    const ImportReport report = mustImport(options);
    ASSERT_EQ(report.losses.size(), 1u);
    EXPECT_GT(report.losses[0].relativeError, 0.0);
    EXPECT_LT(report.losses[0].relativeError, 0.01);
    EXPECT_LT(report.packBytes, ImportedModel::of("ternary-mlx").report.packBytes);
}

TEST(ImportLayouts, QuantizedHereIsSaidToBeLossy) {
    for (const auto& [quantize, least, most] :
         {std::tuple(ImportQuantize::Ternary, 0.3, 0.6), std::tuple(ImportQuantize::Binary, 0.4, 0.8)}) {
        const TemporaryFolder folder;
        ImportOptions options = importOptions(importLayout("plain"), folder / "plain.penjing");
        options.quantize = quantize;
        const ImportReport report = mustImport(options);
        ASSERT_EQ(report.losses.size(), 1u);
        // Normal values lose 0.44 of their size as ternary ones and 0.60 as binary ones.
        EXPECT_GT(report.losses[0].relativeError, least);
        EXPECT_LT(report.losses[0].relativeError, most);
        EXPECT_NE(openModel(folder / "plain.penjing").info().name.find("lossy"), std::string::npos);
    }
}

}  // namespace
}  // namespace penjing::test
