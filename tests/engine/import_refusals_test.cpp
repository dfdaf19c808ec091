// Layouts with something missing or wrong: one line that names it, and no pack.
#include <gtest/gtest.h>

#include <cstring>

#include "import_layouts.h"

namespace penjing::test {
namespace {

namespace fs = std::filesystem;

// A copy of a layout that may be spoiled, and the message that importing it ends with.
class ImportRefusal : public testing::Test {
protected:
    TemporaryFolder folder;

    fs::path copyOf(const std::string& layout) {
        const fs::path copy = folder / fs::path(layout).filename().string();
        fs::copy(importLayout(layout), copy, fs::copy_options::recursive);
        return copy;
    }

    void expectRefused(const ImportOptions& options, const std::vector<std::string>& words,
                       ErrorCode code = ErrorCode::ModelFile) {
        const Result<ImportReport> report = importModel(options, {}, {});
        ASSERT_FALSE(report.ok());
        EXPECT_EQ(report.error().code, code) << report.error().message;
        for (const std::string& word : words)
            EXPECT_NE(report.error().message.find(word), std::string::npos)
                << "\"" << word << "\" is not in: " << report.error().message;
        EXPECT_EQ(report.error().message.find('\n'), std::string::npos);
        expectNothingWritten();
    }

    void expectRefused(const fs::path& source, const std::vector<std::string>& words) {
        expectRefused(importOptions(source, pack()), words);
    }

    void expectFileRefused(const fs::path& source, const std::vector<std::string>& words) {
        expectRefused(importOptions(source, pack(), importLayout("ternary-unpacked")), words);
    }

    void expectNothingWritten() {
        for (const auto& entry : fs::directory_iterator(folder.path()))
            EXPECT_EQ(entry.path().filename().string().find("out.penjing"), std::string::npos) << entry.path();
    }

    fs::path pack() const { return folder / "out.penjing"; }

    // Overwrites bytes of a tensor in a safetensors file.
    static void put(const fs::path& path, const std::string& tensor, std::size_t offset, const FileBytes& bytes) {
        FileBytes file = readFile(path);
        const Result<SafetensorsHeader> header = parseSafetensors(std::as_bytes(std::span(file)));
        for (const StoredTensor& stored : header->tensors)
            if (stored.name == tensor && stored.begin + offset + bytes.size() <= stored.end) {
                std::copy(bytes.begin(), bytes.end(),
                          file.begin() + static_cast<std::ptrdiff_t>(stored.begin + offset));
                return writeFile(path, file);
            }
        FAIL() << "no such place: " << tensor;
    }

    static void rename(const fs::path& path, const std::string& from, const std::string& to) {
        const FileBytes file = readFile(path);
        writeFile(path, withHeader(file, replacedOnce(headerOf(file), "\"" + from + "\"", "\"" + to + "\"")));
    }

    // Changes the type number of a tensor in a GGUF file.
    static void setType(const fs::path& path, const std::string& tensor, std::uint32_t type) {
        FileBytes file = readFile(path);
        const auto name = std::search(file.begin(), file.end(), tensor.begin(), tensor.end());
        ASSERT_NE(name, file.end());
        std::uint8_t* at = &*name + tensor.size();
        std::uint32_t dimensions;
        std::memcpy(&dimensions, at, sizeof dimensions);
        std::memcpy(at + 4 + 8 * dimensions, &type, sizeof type);
        writeFile(path, file);
    }

    static constexpr const char* kTransformer = "diffusion_pytorch_model.safetensors";
};

TEST_F(ImportRefusal, MissingPartsAreSaidInWords) {
    const fs::path model = copyOf("ternary-mlx");
    fs::remove_all(model / "text_encoder-mlx-4bit");
    expectRefused(model, {"the text encoder is missing", "--text-encoder"});
    fs::copy(importLayout("ternary-mlx") / "text_encoder-mlx-4bit", model / "text_encoder-mlx-4bit");
    fs::remove_all(model / "vae");
    expectRefused(model, {"the picture decoder is missing", "--vae"});
    fs::remove_all(model / "transformer-packed-mflux");
    expectRefused(model, {"the transformer is missing"});
}

TEST_F(ImportRefusal, MissingTokenizer) {
    const fs::path model = copyOf("ternary-unpacked");
    fs::remove_all(model / "tokenizer");
    expectRefused(model, {"the tokenizer is missing", "--tokenizer"});
}

TEST_F(ImportRefusal, MissingSource) {
    expectRefused(importOptions(folder / "nowhere", pack()), {"nowhere", "no such"}, ErrorCode::Usage);
}

TEST_F(ImportRefusal, MissingTextEncoderSettings) {
    const fs::path model = copyOf("ternary-unpacked");
    fs::remove(model / "text_encoder/config.json");
    expectRefused(model, {"text_encoder", "config.json"});
}

TEST_F(ImportRefusal, PicklesSayWhichPackToTake) {
    const fs::path model = copyOf("ternary-mlx");
    fs::remove_all(model / "transformer-packed-mflux");
    fs::create_directory(model / "transformer-gemlite-int2");
    writeFile(model / "transformer-gemlite-int2/state_dict.pt", {'P', 'K', 3, 4});
    expectRefused(model, {"gemlite", "bonsai-image-ternary-4B-mlx-2bit"});
    fs::rename(model / "transformer-gemlite-int2", model / "transformer-gemlite-int1");
    expectRefused(model, {"gemlite", "bonsai-image-binary-4B-mlx-1bit"});
}

TEST_F(ImportRefusal, PickledTextEncoder) {
    const fs::path model = copyOf("ternary-mlx");
    fs::remove_all(model / "text_encoder-mlx-4bit");
    fs::create_directory(model / "text_encoder-hqq-4bit");
    writeFile(model / "text_encoder-hqq-4bit/qmodel.pt", {'P', 'K', 3, 4});
    expectRefused(model, {"pickle", "mlx"});
}

TEST_F(ImportRefusal, PlainWeightsWithoutQuantize) {
    expectRefused(importLayout("plain"), {"transformer_blocks", "neither ternary nor binary", "--quantize"});
}

// Not in the first rows, where a look at a sample would find it.
TEST_F(ImportRefusal, OneWeightThatIsNotTernary) {
    const fs::path model = copyOf("binary-unpacked");
    const std::string tensor = "single_transformer_blocks.1.attn.to_out.weight";
    put(model / "transformer" / kTransformer, tensor, 2 * (100 * 384 + 130), {0x80, 0x3f});
    expectRefused(model, {tensor, "row 100", "group 1", "neither ternary nor binary"});
}

TEST_F(ImportRefusal, AZeroInABinaryModel) {
    const fs::path model = copyOf("binary-unpacked");
    const std::string tensor = "transformer_blocks.0.ff.linear_in.weight";
    put(model / "transformer" / kTransformer, tensor, 2 * (90 * 128 + 5), {0, 0});
    expectRefused(model, {tensor, "row 90"});
}

TEST_F(ImportRefusal, AWeightThatIsNotANumber) {
    const fs::path model = copyOf("binary-unpacked");
    const std::string tensor = "transformer_blocks.0.ff.linear_in.weight";
    put(model / "transformer" / kTransformer, tensor, 2 * (90 * 128 + 5), {0xc0, 0x7f});
    expectRefused(model, {tensor, "not a number"});
}

TEST_F(ImportRefusal, CodeThree) {
    const fs::path model = copyOf("ternary-mlx");
    const std::string module = "transformer_blocks.1.attn.add_k_proj";
    put(model / "transformer-packed-mflux" / kTransformer, module + ".weight", 77 * 32 + 9, {0xff});
    expectRefused(model, {module, "row 77", "code 3"});
}

TEST_F(ImportRefusal, BiasesThatAreNotMinusTheScales) {
    const fs::path ternary = copyOf("ternary-mlx"), binary = copyOf("binary-mlx");
    const std::string module = "single_transformer_blocks.0.attn.to_qkv_mlp_proj";
    for (const fs::path& model : {ternary, binary}) {
        put(model / "transformer-packed-mflux" / kTransformer, module + ".biases", 2 * 55, {0x80, 0x3f});
        expectRefused(model, {module, "row 55", "bias"});
    }
}

TEST_F(ImportRefusal, ScalesThatAreNotNumbers) {
    const fs::path model = copyOf("ternary-mlx");
    const std::string module = "model.layers.1.mlp.up_proj";
    put(model / "text_encoder-mlx-4bit/model.safetensors", module + ".scales", 2 * 40, {0xc0, 0x7f});
    expectRefused(model, {"layers.1.mlp.up_proj", "not a number"});
}

TEST_F(ImportRefusal, UnknownTensors) {
    const fs::path model = copyOf("binary-unpacked");
    rename(model / "text_encoder/model.safetensors", "model.norm.weight", "model.mean.weight");
    expectRefused(model, {"mean.weight", "no such tensor"});
}

TEST_F(ImportRefusal, UnknownTensorsInTheDecoder) {
    const fs::path model = copyOf("binary-unpacked");
    rename(model / "vae" / kTransformer, "encoder.conv_in.bias", "extra.conv_in.bias");
    expectRefused(model, {"extra.conv_in.bias", "no such tensor"});
}

TEST_F(ImportRefusal, MissingTensors) {
    const fs::path model = copyOf("binary-unpacked");
    rename(model / "transformer" / kTransformer, "norm_out.linear.weight", "norm_in.linear.weight");
    expectRefused(model, {"norm_out.linear", "missing"});
}

TEST_F(ImportRefusal, ShardsThatAreMissingOrShort) {
    const fs::path model = copyOf("ternary-unpacked");
    std::vector<fs::path> shards;
    for (const auto& entry : fs::directory_iterator(model / "text_encoder"))
        if (entry.path().extension() == ".safetensors")
            shards.push_back(entry.path());
    ASSERT_GT(shards.size(), 1u);
    fs::resize_file(shards[0], fs::file_size(shards[0]) - 1);
    expectRefused(model, {shards[0].filename().string()});
    fs::resize_file(shards[0], 100);
    expectRefused(model, {shards[0].filename().string()});
    fs::remove(shards[0]);
    expectRefused(model, {shards[0].filename().string(), "missing"});
}

TEST_F(ImportRefusal, LayersThatTheTextEncoderLacks) {
    ImportOptions options = importOptions(importLayout("ternary-mlx"), pack());
    options.textOutLayers = {};  // klein's
    expectRefused(options, {"4 layers", "--text-layers"});
    options.textOutLayers = {1, 2, 5};
    expectRefused(options, {"4 layers", "--text-layers"});
}

TEST_F(ImportRefusal, AnotherNumberOfTextLayersThanTheTransformerTakes) {
    ImportOptions options = importOptions(importLayout("ternary-mlx"), pack());
    options.textOutLayers = {1, 2};
    expectRefused(options, {"joint_attention_dim"});
}

TEST_F(ImportRefusal, RotatedWeights) {
    expectFileRefused(importLayout("gguf/ternary-hadamard.gguf"), {"ternary-hadamard.gguf", "prism.hadamard."});
}

TEST_F(ImportRefusal, TypeFortyTwoOfNeitherLength) {
    const fs::path file = copyOf("gguf/binary-q1_0.gguf");
    setType(file, "double_blocks.0.img_mlp.0.weight", 42);
    expectFileRefused(file, {"double_blocks.0.img_mlp.0.weight", "type 42", "length"});
}

TEST_F(ImportRefusal, LossyTypesByName) {
    const fs::path file = copyOf("gguf/ternary-pq2_0.gguf");
    setType(file, "single_blocks.1.linear1.weight", 10);
    expectFileRefused(file, {"single_blocks.1.linear1.weight", "Q2_K"});
    setType(file, "single_blocks.1.linear1.weight", 777);
    expectFileRefused(file, {"single_blocks.1.linear1.weight", "777"});
}

TEST_F(ImportRefusal, TruncatedGguf) {
    const fs::path file = copyOf("gguf/ternary-ptq1_0.gguf");
    for (const std::uintmax_t size :
         {fs::file_size(file) - 33, std::uintmax_t{5000}, std::uintmax_t{20}, std::uintmax_t{3}}) {
        fs::resize_file(file, size);
        expectFileRefused(file, {"ternary-ptq1_0.gguf"});
    }
}

TEST_F(ImportRefusal, TheOldPackSurvivesAFailure) {
    const fs::path model = copyOf("ternary-mlx");
    put(model / "transformer-packed-mflux" / kTransformer, "single_transformer_blocks.1.attn.to_out.weight", 0, {0xff});
    const FileBytes old{'o', 'l', 'd'};
    writeFile(pack(), old);
    EXPECT_FALSE(importModel(importOptions(model, pack()), {}, {}).ok());
    EXPECT_EQ(readFile(pack()), old);
    fs::remove(pack());
    expectNothingWritten();
}

TEST_F(ImportRefusal, CancelledInTheMiddle) {
    std::stop_source stop;
    std::uint64_t done = 0, total = 0;
    const Result<ImportReport> report = importModel(importOptions(importLayout("ternary-mlx"), pack()),
                                                    stop.get_token(), [&](const ImportProgress& progress) {
                                                        done = progress.doneBytes;
                                                        total = progress.totalBytes;
                                                        stop.request_stop();
                                                    });
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.error().code, ErrorCode::Cancelled);
    EXPECT_LT(done, total);
    expectNothingWritten();
}

TEST_F(ImportRefusal, AFolderThatDoesNotExist) {
    ImportOptions options = importOptions(importLayout("ternary-mlx"), folder / "nowhere/out.penjing");
    expectRefused(options, {"nowhere"}, ErrorCode::WriteFailed);
}

}  // namespace
}  // namespace penjing::test
