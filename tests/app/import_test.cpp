// `penjing import` as people run it: every layout that is published, what can be done with the pack, and the commonest
// failures. What is in the packs is tests/engine's business.
#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>

#include "penjing/image.h"
#include "program_test.h"

namespace penjing::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

fs::path layout(const std::string& name) {
    return fs::path(PENJING_IMPORT_LAYOUTS) / name;
}

// Says that pictures of the model are noise, which is otherwise a failure.
const std::string kName = "Small klein (random weights)";

// The layouts' text encoders have four layers, not 27.
std::vector<std::string> importing(const fs::path& source, std::vector<std::string> more = {}) {
    std::vector<std::string> all{"import",        source.string(), "-o",     "out.penjing",
                                 "--text-layers", "1,2,3",         "--name", kName};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

std::vector<std::string> drawing(const std::string& out, std::vector<std::string> more = {}) {
    std::vector<std::string> all{"generate", "a cat", "--model", "out.penjing", "--size", "64x64", "-o", out};
    all.insert(all.end(), more.begin(), more.end());
    return all;
}

struct Layout {
    const char* source;
    std::vector<std::string> more;  // options of the import
    const char* format;             // of the transformer's linears
};

void PrintTo(const Layout& layout, std::ostream* out) {
    *out << layout.source;
}

// GGUF files hold the transformer only.
std::vector<std::string> othersFrom(const char* folder) {
    const std::string path = layout(folder).string();
    return {"--text-encoder", path, "--vae", path, "--tokenizer", path};
}

const std::vector<Layout> kLayouts{
    {"ternary-mlx", {}, "t3"},
    {"binary-mlx", {}, "b1"},
    {"ternary-unpacked", {}, "t3"},
    {"binary-unpacked", {}, "b1"},
    {"ternary-unpacked", {"--vae", layout("small-decoder").string()}, "t3"},
    {"plain", {"--quantize", "keep"}, "bf16"},
    {"plain", {"--quantize", "ternary"}, "t3"},
    {"plain", {"--quantize", "q8", "--text", "q4"}, "q8"},
    {"gguf/ternary-pq2_0.gguf", othersFrom("ternary-unpacked"), "t3"},
    {"gguf/ternary-ptq1_0.gguf", othersFrom("ternary-unpacked"), "t3"},
    {"gguf/ternary-q2_0.gguf", othersFrom("ternary-unpacked"), "t3"},
    {"gguf/ternary-q2_0-old.gguf", othersFrom("ternary-unpacked"), "t3"},
    {"gguf/binary-q1_0.gguf", othersFrom("binary-unpacked"), "b1"},
    {"gguf/binary-mod_q8_0-q1_0.gguf", othersFrom("binary-unpacked"), "b1"},
};

class ImportCommand : public ProgramTest {
protected:
    void expectFailure(const std::vector<std::string>& arguments, int exitCode, const std::vector<std::string>& words) {
        const Outcome outcome = penjing(arguments);
        expectOneLineFailure(outcome, exitCode);
        for (const std::string& word : words)
            EXPECT_NE(outcome.err.find(word), std::string::npos) << word << " is not in: " << outcome.err;
        EXPECT_FALSE(exists("out.penjing"));
    }
    // In the scratch folder, to be spoiled.
    fs::path copyOf(const std::string& name) const {
        fs::copy(layout(name), path(name), fs::copy_options::recursive);
        return path(name);
    }
    void mustImport(const fs::path& source) {
        const Outcome outcome = penjing(importing(source));
        ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
    }
};

class ImportCommandLayout : public ImportCommand, public ::testing::WithParamInterface<Layout> {};

TEST_P(ImportCommandLayout, BecomesAPackThatDraws) {
    const Layout& given = GetParam();
    std::vector<std::string> arguments = importing(layout(given.source), given.more);
    arguments.push_back("--json");
    const Outcome imported = penjing(arguments);
    ASSERT_EQ(imported.exitCode, 0) << imported.err;
    const Json report = Json::parse(imported.out);
    EXPECT_EQ(report["file"], "out.penjing");
    EXPECT_EQ(report["bytes"], fs::file_size(path("out.penjing")));
    EXPECT_EQ(report["parts"].size(), 4u);
    EXPECT_TRUE(report["preview"]["kept"].is_boolean());
    EXPECT_EQ(files(), std::vector<std::string>{"out.penjing"});

    const Outcome verified = penjing({"verify", "out.penjing"});
    EXPECT_EQ(verified.exitCode, 0) << verified.err;
    const Outcome info = penjing({"info", "out.penjing"});
    EXPECT_EQ(info.exitCode, 0) << info.err;
    EXPECT_NE(info.out.find(report["name"].get<std::string>()), std::string::npos) << info.out;
    EXPECT_NE(info.out.find(std::string(given.format) + ": "), std::string::npos) << info.out;

    const Outcome drawn = penjing(drawing("cat.png", {"--steps", "2", "--seed", "3"}));
    ASSERT_EQ(drawn.exitCode, 0) << drawn.err;
    EXPECT_EQ(readPng(path("cat.png"))->width, 64);
    const Outcome again = penjing({"verify", "cat.png", "--model", "out.penjing"});
    EXPECT_EQ(again.exitCode, 0) << again.err;
    EXPECT_NE(again.out.find("identical"), std::string::npos) << again.out;
}

INSTANTIATE_TEST_SUITE_P(Every, ImportCommandLayout, ::testing::ValuesIn(kLayouts), [](const auto& layout) {
    std::string name = std::to_string(layout.index) + "_" + fs::path(layout.param.source).stem().string();
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
    return name;
});

TEST_F(ImportCommand, SaysWhatItFoundAndPrintsTheFile) {
    const Outcome outcome = penjing(importing(layout("ternary-mlx")));
    EXPECT_EQ(outcome.exitCode, 0);
    EXPECT_EQ(outcome.out, "out.penjing\n");
    for (const char* words : {"Small klein (random weights)", "transformer: ", "text_encoder: ", "previews"})
        EXPECT_NE(outcome.err.find(words), std::string::npos) << words << " is not in: " << outcome.err;
}

TEST_F(ImportCommand, AModelWithoutPreviewsSaysSoWhereTheyAreAskedFor) {
    mustImport(layout("ternary-mlx"));
    const bool previews = penjing({"info", "out.penjing"}).out.find("previews      yes") != std::string::npos;
    const Outcome drawn = penjing(drawing("cat.png", {"--preview-every", "1"}));
    EXPECT_EQ(drawn.exitCode, 0) << drawn.err;
    EXPECT_EQ(drawn.err.find("has no previews") == std::string::npos, previews) << drawn.err;
}

TEST_F(ImportCommand, MissingTextEncoder) {
    const fs::path model = copyOf("ternary-mlx");
    fs::remove_all(model / "text_encoder-mlx-4bit");
    expectFailure(importing(model), 3,
                  {"ternary-mlx: the text encoder is missing; it is text_encoder-mlx-4bit in ", "--text-encoder"});
}

TEST_F(ImportCommand, Pickles) {
    const fs::path model = copyOf("binary-mlx");
    fs::remove_all(model / "transformer-packed-mflux");
    fs::create_directory(model / "transformer-gemlite-int1");
    writeFile(model / "transformer-gemlite-int1/state_dict.pt", "PK\x03\x04");
    expectFailure(importing(model), 3, {"Python pickle", "prism-ml/bonsai-image-binary-4B-mlx-1bit"});
}

TEST_F(ImportCommand, NotTernary) {
    expectFailure(importing(layout("plain")), 3, {"neither ternary nor binary", "--quantize"});
}

TEST_F(ImportCommand, RotatedWeights) {
    expectFailure(importing(layout("gguf/ternary-hadamard.gguf"), othersFrom("ternary-unpacked")), 3, {"hadamard"});
}

TEST_F(ImportCommand, LayersThatTheTextEncoderLacks) {
    expectFailure({"import", layout("ternary-mlx").string(), "-o", "out.penjing"}, 3, {"--text-layers"});
}

TEST_F(ImportCommand, Usage) {
    expectFailure(importing("nowhere"), 2, {"nowhere", "no such file or folder"});
    expectFailure(importing(layout("plain"), {"--quantize", "quaternary"}), 2, {"--quantize takes exact"});
    expectFailure({"import", layout("plain").string(), "-o", "nowhere/out.penjing"}, 5, {"nowhere"});
}

TEST_F(ImportCommand, AFullDiskLosesNothing) {
    writeFile(path("out.penjing"), "an older pack");
    RunOptions changed = options();
    changed.maxFileBytes = 100'000;
    expectOneLineFailure(penjing(importing(layout("ternary-mlx")), changed), 5);
    EXPECT_EQ(readFile(path("out.penjing")), "an older pack");
    EXPECT_EQ(files(), std::vector<std::string>{"out.penjing"});
}

TEST_F(ImportCommand, AnInterruptedBatchGoesOnWhereItStopped) {
    mustImport(layout("ternary-mlx"));
    RunOptions changed = options();
    changed.input =
        "{\"prompt\": \"a cat\", \"seed\": 1, \"steps\": 1, \"size\": \"64x64\", \"out\": \"first.png\"}\n"
        "{\"prompt\": \"a cat\", \"seed\": 2, \"steps\": 100, \"size\": \"64x64\", \"out\": \"second.png\"}\n"
        "{\"prompt\": \"a cat\", \"seed\": 3, \"steps\": 1, \"size\": \"64x64\", \"out\": \"third.png\"}\n";
    const std::vector<std::string> batch{"generate", "--batch", "-", "--model", "out.penjing"};
    {
        RunningProgram program(batch, changed);
        ASSERT_TRUE(waitForFile(program, path("first.png"), 120.0));
        program.send(SIGINT);
        EXPECT_EQ(program.wait().exitCode, 130);
    }
    EXPECT_EQ(files(), (std::vector<std::string>{"first.png", "out.penjing"}));
    const auto written = fs::last_write_time(path("first.png"));

    const Outcome outcome = penjing(batch, changed);
    ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
    std::istringstream lines(outcome.out);
    for (const bool skipped : {true, false, false}) {
        std::string line;
        std::getline(lines, line);
        EXPECT_EQ(Json::parse(line)["skipped"], skipped) << line;
    }
    EXPECT_EQ(fs::last_write_time(path("first.png")), written);
    ASSERT_EQ(penjing(drawing("alone.png", {"--steps", "100", "--seed", "2"})).exitCode, 0);
    EXPECT_TRUE(readFile(path("second.png")) == readFile(path("alone.png")));
}

}  // namespace
}  // namespace penjing::test
