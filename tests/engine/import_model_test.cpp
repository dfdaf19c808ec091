// Whole models in the published layouts, written by the test itself: what a pack holds afterwards, and what is refused.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "import_support.h"
#include "pack/pack.h"
#include "pack/tile_encoder.h"
#include "penjing/import.h"
#include "penjing/kernels/half_float.h"

namespace penjing {
namespace {

using test::FileBytes;
using test::Structure;
namespace fs = std::filesystem;

const std::map<std::string, std::uint32_t> kIds{
    {"BF16", 30}, {"Q1_0", 41}, {"Q2_0", 42}, {"PQ2_0", 142}, {"PTQ1_0", 143}};

ImportOptions optionsFor(const fs::path& source, const fs::path& pack) {
    ImportOptions options;
    options.source = source;
    options.pack = pack;
    options.textOutLayers = {1, 2, 3};
    options.threads = 2;
    return options;
}

std::shared_ptr<const Pack> imported(const ImportOptions& options, ImportReport* report = nullptr) {
    const auto result = importModel(options, {}, {});
    EXPECT_TRUE(result.ok()) << result.error().message;
    if (!result)
        return nullptr;
    if (report)
        *report = *result;
    const auto pack = Pack::open(options.pack);
    EXPECT_TRUE(pack.ok()) << pack.error().message;
    if (!pack)
        return nullptr;
    EXPECT_TRUE((*pack)->verify().ok());
    EXPECT_EQ(result->packBytes, fs::file_size(options.pack));
    return *pack;
}

std::string problem(const ImportOptions& options) {
    const auto result = importModel(options, {}, {});
    EXPECT_FALSE(fs::exists(options.pack));
    return result ? "" : result.error().message;
}

void expectProblem(const ImportOptions& options, const std::string& part) {
    const std::string message = problem(options);
    EXPECT_NE(message.find(part), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos);
}

// The tiles that these weights, ternary or binary in groups of 128, are to become.
std::vector<std::byte> exactTiles(WeightFormat format, int n, int k, const std::vector<float>& weights) {
    CodedMatrix matrix{.format = format, .n = n, .k = k, .codes = {}, .scales = {}, .offsets = {}};
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (i % 128 == 0) {
            float scale = 0.0f;
            for (std::size_t j = i; j < i + 128; ++j) scale = std::max(scale, std::fabs(weights[j]));
            matrix.scales.push_back(halfFromFloat(scale));
        }
        const int sign = (weights[i] > 0.0f) - (weights[i] < 0.0f);
        matrix.codes.push_back(static_cast<std::uint8_t>(format == WeightFormat::T3 ? sign + 1 : sign > 0));
    }
    return encodeTiles(matrix);
}

void expectTransformer(const Pack& pack, const test::SmallModel& model) {
    const bool ternary = model.structure == Structure::Ternary;
    for (const TensorSpec& spec : expectedTensors(pack.config())) {
        if (!spec.name.starts_with("transformer."))
            continue;
        SCOPED_TRACE(spec.name);
        const std::vector<float>& weights = model.transformer.at(spec.name.substr(12));
        const std::span<const std::byte> bytes = pack.bytes(spec.name);
        if (spec.kind == TensorKind::LowBit) {
            const auto tiles = exactTiles(ternary ? WeightFormat::T3 : WeightFormat::B1, spec.n, spec.k, weights);
            ASSERT_EQ(bytes.size(), tiles.size());
            EXPECT_EQ(std::memcmp(bytes.data(), tiles.data(), tiles.size()), 0);
        } else if (spec.kind == TensorKind::Vector) {
            EXPECT_EQ(std::memcmp(bytes.data(), weights.data(), bytes.size()), 0);
        } else {
            const FileBytes expected = test::bf16Bytes(weights);
            ASSERT_EQ(bytes.size(), expected.size());
            EXPECT_EQ(std::memcmp(bytes.data(), expected.data(), expected.size()), 0);
        }
    }
}

void expectSameTensors(const Pack& a, const Pack& b, const std::string& prefix) {
    for (const PackTensor& tensor : a.tensors()) {
        if (!tensor.name.starts_with(prefix))
            continue;
        const auto other = b.bytes(tensor.name);
        ASSERT_EQ(tensor.data.size(), other.size()) << tensor.name;
        EXPECT_EQ(std::memcmp(tensor.data.data(), other.data(), other.size()), 0) << tensor.name;
    }
}

class ImportLayouts : public ::testing::TestWithParam<Structure> {};

TEST_P(ImportLayouts, EveryLayoutGivesTheSameTransformer) {
    const test::TemporaryFolder folder;
    const test::SmallModel model = test::smallModel(GetParam());
    test::writeUnpacked(model, folder / "unpacked");
    test::writeMlx(model, folder / "mlx");
    ImportReport report;
    const auto unpacked = imported(optionsFor(folder / "unpacked", folder / "u.penjing"), &report);
    ASSERT_TRUE(unpacked);
    expectTransformer(*unpacked, model);
    EXPECT_TRUE(report.losses.empty());
    EXPECT_EQ(report.license, "Apache-2.0");
    EXPECT_EQ(report.ignored.size(), 5u);
    const auto mlx = imported(optionsFor(folder / "mlx", folder / "m.penjing"));
    ASSERT_TRUE(mlx);
    expectSameTensors(*unpacked, *mlx, "transformer.");
    expectSameTensors(*unpacked, *mlx, "vae.");

    const bool ternary = GetParam() == Structure::Ternary;
    for (const std::string& type :
         ternary ? std::vector<std::string>{"Q2_0", "PQ2_0", "PTQ1_0"} : std::vector<std::string>{"Q1_0"}) {
        SCOPED_TRACE(type);
        test::writeFile(folder / "t.gguf", test::ggufBytes(test::bflTransformer(model, type), kIds));
        ImportOptions options = optionsFor(folder / "t.gguf", folder / (type + ".penjing"));
        options.textEncoder = options.vae = options.tokenizer = folder / "unpacked";
        const auto gguf = imported(options);
        ASSERT_TRUE(gguf);
        expectSameTensors(*unpacked, *gguf, "");
        EXPECT_EQ(toJson(gguf->config()), toJson(unpacked->config()));
    }
}

INSTANTIATE_TEST_SUITE_P(Models, ImportLayouts, ::testing::Values(Structure::Ternary, Structure::Binary));

TEST(ImportModel, ThreadsDoNotChangeAByte) {
    const test::TemporaryFolder folder;
    test::writeMlx(test::smallModel(Structure::Ternary), folder / "mlx");
    ImportOptions options = optionsFor(folder / "mlx", folder / "a.penjing");
    options.threads = 1;
    ASSERT_TRUE(imported(options));
    options.pack = folder / "b.penjing";
    options.threads = 3;
    ASSERT_TRUE(imported(options));
    EXPECT_EQ(test::readFile(folder / "a.penjing"), test::readFile(folder / "b.penjing"));
}

TEST(ImportModel, FourBitTextEncoderKeepsItsCodes) {
    const test::TemporaryFolder folder;
    const test::SmallModel model = test::smallModel(Structure::Ternary);
    test::writeMlx(model, folder / "mlx");
    ImportReport report;
    const auto pack = imported(optionsFor(folder / "mlx", folder / "m.penjing"), &report);
    ASSERT_TRUE(pack);
    EXPECT_EQ(pack->weight("text_encoder.embed_tokens.weight").format, WeightFormat::Q4);
    const std::string name = "text_encoder.layers.1.mlp.gate_proj.weight";
    const Weight weight = pack->weight(name);
    ASSERT_EQ(weight.format, WeightFormat::Q4);
    // Channel 0, input 0: low nibble of the first byte, first scale, first offset (docs/formats/pack.md).
    const auto half = [&](std::size_t at) {
        std::uint16_t bits;
        std::memcpy(&bits, weight.data + at, 2);
        return floatFromHalf(bits);
    };
    const int code = std::to_integer<int>(weight.data[0]) & 15;
    const float stored = model.text.at(name.substr(13))[0];
    EXPECT_NEAR(static_cast<float>(code) * half(2048) + half(2048 + 128), stored, half(2048) * 0.51f);
    ASSERT_FALSE(report.roundings.empty());
    EXPECT_EQ(report.roundings[0].what, "text_encoder");
    EXPECT_GT(report.roundings[0].values, 0u);
    EXPECT_EQ(report.roundings[0].inexact, 0u);
}

TEST(ImportModel, DecoderInBflNamesAndConvolutionsTurned) {
    const test::TemporaryFolder folder;
    const test::SmallModel model = test::smallModel(Structure::Ternary);
    test::writeUnpacked(model, folder / "u");
    const auto diffusers = imported(optionsFor(folder / "u", folder / "a.penjing"));
    ASSERT_TRUE(diffusers);
    fs::create_directories(folder / "bfl");
    fs::copy(folder / "u" / "vae" / "config.json", folder / "bfl" / "config.json");
    test::writeFile(folder / "bfl" / "ae.safetensors", test::safetensorsBytes(test::bflVae(model)));
    ImportOptions options = optionsFor(folder / "u", folder / "b.penjing");
    options.vae = folder / "bfl" / "ae.safetensors";
    const auto bfl = imported(options);
    ASSERT_TRUE(bfl);
    expectSameTensors(*diffusers, *bfl, "vae.");
    // Output 1, kernel row 2, column 0, input 3 of [16, 3, 3, 4] out of [16, 4, 3, 3].
    const auto bytes = diffusers->bytes("vae.decoder.conv_in.weight");
    std::uint16_t bits;
    std::memcpy(&bits, bytes.data() + 2 * (((1 * 3 + 2) * 3 + 0) * 4 + 3), 2);
    EXPECT_EQ(floatFromBFloat16(bits), model.vae.at("decoder.conv_in.weight")[((1 * 4 + 3) * 3 + 2) * 3 + 0]);
}

TEST(ImportModel, PlainModelsAreRefusedUnlessAskedFor) {
    const test::TemporaryFolder folder;
    test::writeUnpacked(test::smallModel(Structure::Plain), folder / "klein");
    ImportOptions options = optionsFor(folder / "klein", folder / "k.penjing");
    const std::string message = problem(options);
    EXPECT_NE(message.find("row 0, group 0"), std::string::npos) << message;
    EXPECT_NE(message.find("neither ternary nor binary"), std::string::npos);
    EXPECT_NE(message.find("transformer_blocks.0"), std::string::npos);
    struct Case {
        ImportQuantize quantize;
        WeightFormat format;
        double least, most;
    };
    for (const Case& c : {Case{ImportQuantize::Ternary, WeightFormat::T3, 0.3, 0.5},
                          Case{ImportQuantize::Binary, WeightFormat::B1, 0.5, 0.7},
                          Case{ImportQuantize::Q8, WeightFormat::Q8, 0.001, 0.01}}) {
        options.quantize = c.quantize;
        ImportReport report;
        const auto pack = imported(options, &report);
        ASSERT_TRUE(pack);
        EXPECT_EQ(pack->weight("transformer.single_transformer_blocks.0.attn.to_out.weight").format, c.format);
        ASSERT_EQ(report.losses.size(), 1u);
        EXPECT_GT(report.losses[0].relativeError, c.least);
        EXPECT_LT(report.losses[0].relativeError, c.most);
        const bool labelled = pack->name().find("lossy") != std::string::npos;
        EXPECT_EQ(labelled, c.quantize != ImportQuantize::Q8);
    }
    options.quantize = ImportQuantize::Keep;
    ImportReport report;
    const auto pack = imported(options, &report);
    ASSERT_TRUE(pack);
    EXPECT_TRUE(report.losses.empty());
    EXPECT_EQ(pack->weight("transformer.single_transformer_blocks.0.attn.to_out.weight").format, WeightFormat::BF16);
}

TEST(ImportModel, DenseLayersInEightBitsWithTheirError) {
    const test::TemporaryFolder folder;
    test::writeMlx(test::smallModel(Structure::Ternary), folder / "mlx");
    ImportOptions options = optionsFor(folder / "mlx", folder / "q.penjing");
    options.dense = ImportDense::Q8;
    ImportReport report;
    const auto pack = imported(options, &report);
    ASSERT_TRUE(pack);
    EXPECT_EQ(pack->weight("transformer.context_embedder.weight").format, WeightFormat::Q8);
    EXPECT_EQ(pack->weight("transformer.proj_out.weight").format, WeightFormat::BF16);
    ASSERT_EQ(report.losses.size(), 1u);
    // Uniform rounding to 1/127 of the largest of 128 normal weights, which is about 2.7 deviations.
    EXPECT_NEAR(report.losses[0].relativeError, 2.7 / 127 / std::sqrt(12.0), 0.002);
}

TEST(ImportModel, MissingPartsAreSaidInWords) {
    const test::TemporaryFolder folder;
    test::writeMlx(test::smallModel(Structure::Ternary), folder / "mlx");
    const ImportOptions options = optionsFor(folder / "mlx", folder / "x.penjing");
    fs::rename(folder / "mlx" / "vae", folder / "away");
    expectProblem(options, "the picture decoder is missing");
    fs::rename(folder / "away", folder / "mlx" / "vae");
    fs::rename(folder / "mlx" / "text_encoder-mlx-4bit", folder / "away");
    expectProblem(options, "the text encoder is missing; it is text_encoder-mlx-4bit in");
    fs::rename(folder / "away", folder / "mlx" / "text_encoder-mlx-4bit");
    fs::rename(folder / "mlx" / "tokenizer", folder / "away");
    expectProblem(options, "the tokenizer is missing");
    fs::rename(folder / "away", folder / "mlx" / "tokenizer");
    fs::remove(folder / "mlx" / "text_encoder-mlx-4bit" / "config.json");
    expectProblem(options, "config.json is missing");
    expectProblem(optionsFor(folder / "nowhere", folder / "x.penjing"), "no such file or folder");
    fs::create_directories(folder / "empty");
    expectProblem(optionsFor(folder / "empty", folder / "x.penjing"), "the transformer is missing");
}

TEST(ImportModel, PicklesAreRefusedWithThePackToTake) {
    const test::TemporaryFolder folder;
    test::writeMlx(test::smallModel(Structure::Ternary), folder / "g");
    fs::rename(folder / "g" / "transformer-packed-mflux", folder / "away");
    test::writeText(folder / "g" / "transformer-gemlite-int1" / "state_dict.pt", "PK");
    expectProblem(optionsFor(folder / "g", folder / "x.penjing"), "bonsai-image-binary-4B-mlx-1bit");
    expectProblem(optionsFor(folder / "g" / "transformer-gemlite-int1" / "state_dict.pt", folder / "x.penjing"),
                  "pickle");
}

TEST(ImportModel, EveryTensorIsAccountedFor) {
    const test::TemporaryFolder folder;
    const test::SmallModel model = test::smallModel(Structure::Ternary);
    test::writeMlx(model, folder / "mlx");
    const fs::path file = folder / "mlx" / "transformer-packed-mflux" / "diffusion_pytorch_model.safetensors";
    const ImportOptions options = optionsFor(folder / "mlx", folder / "x.penjing");
    test::TensorList tensors = test::mlxTransformer(model);
    tensors.push_back({"lora.weight", "BF16", {1}, FileBytes(2, 0)});
    test::writeFile(file, test::safetensorsBytes(tensors));
    expectProblem(options, "\"lora.weight\": a model of this configuration has no such tensor");
    tensors = test::mlxTransformer(model);
    tensors.erase(tensors.begin());
    test::writeFile(file, test::safetensorsBytes(tensors));
    expectProblem(options, "is missing");
}

TEST(ImportModel, ATernaryGroupThatBreaksLaterIsStillNoticed) {
    const test::TemporaryFolder folder;
    test::SmallModel model = test::smallModel(Structure::Ternary);
    std::vector<float>& weights = model.transformer["single_transformer_blocks.1.attn.to_out.weight"];
    weights[weights.size() - 1] = 3.0f;  // the last row, which no sample sees
    test::writeUnpacked(model, folder / "u");
    expectProblem(optionsFor(folder / "u", folder / "x.penjing"), "row 127, group 3");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);  // no temporary left
}

TEST(ImportModel, LayersOfTheTextEncoderMustExist) {
    const test::TemporaryFolder folder;
    test::writeMlx(test::smallModel(Structure::Ternary), folder / "mlx");
    ImportOptions options = optionsFor(folder / "mlx", folder / "x.penjing");
    options.textOutLayers.clear();
    expectProblem(options, "--text-layers");
    options.textOutLayers = {1, 2};
    expectProblem(options, "joint_attention_dim");
}

TEST(ImportModel, ProgressEndsAtTheTotalAndCancellingLeavesNothing) {
    const test::TemporaryFolder folder;
    test::writeMlx(test::smallModel(Structure::Ternary), folder / "mlx");
    ImportOptions options = optionsFor(folder / "mlx", folder / "x.penjing");
    std::uint64_t done = 0, total = 1;
    ASSERT_TRUE(importModel(options, {}, [&](const ImportProgress& p) {
                    EXPECT_GE(p.doneBytes, done);
                    done = p.doneBytes;
                    total = p.totalBytes;
                }).ok());
    EXPECT_EQ(done, total);
    fs::remove(options.pack);
    std::stop_source source;
    const auto stopped =
        importModel(options, source.get_token(), [&](const ImportProgress&) { source.request_stop(); });
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(ImportModel, ASourceIsNeverOverwritten) {
    const test::TemporaryFolder folder;
    test::writeMlx(test::smallModel(Structure::Ternary), folder / "mlx");
    const fs::path file = folder / "mlx" / "vae" / "diffusion_pytorch_model.safetensors";
    const auto result = importModel(optionsFor(folder / "mlx", file), {}, {});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::Usage);
}

}  // namespace
}  // namespace penjing
