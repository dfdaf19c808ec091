#include <nlohmann/json.hpp>

#include "penjing/image.h"
#include "penjing/precision.h"
#include "program_test.h"

namespace penjing::test {
namespace {

class ProgramGenerateTest : public ProgramTest {
protected:
    Outcome drawn(const std::vector<std::string>& arguments) {
        std::vector<std::string> all = {"generate", "--steps", "2"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        const Outcome outcome = penjing(all);
        EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
        return outcome;
    }
};

TEST_F(ProgramGenerateTest, PrintsThePathAndWritesThePicture) {
    const Outcome outcome = drawn({"a red apple", "--seed", "7", "-o", "apple.png"});
    EXPECT_EQ(outcome.out, "apple.png\n");
    EXPECT_NE(outcome.err.find("seed 7"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find('\r'), std::string::npos) << "no progress bar where stderr is not a terminal";
    const auto image = readPng(path("apple.png"));
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_GE(image->width, 16);
    const auto recipe = readRecipe(path("apple.png"));
    ASSERT_TRUE(recipe && *recipe);
    EXPECT_EQ((*recipe)->prompt, "a red apple");
    EXPECT_EQ((*recipe)->seed, 7u);
    EXPECT_EQ((*recipe)->steps, 2);
    EXPECT_EQ((*recipe)->pixelHash, pixelHash(*image));
    EXPECT_EQ(files(), std::vector<std::string>{"apple.png"});
}

TEST_F(ProgramGenerateTest, SameCommandSameBytes) {
    drawn({"a red apple", "--seed", "7", "-o", "a.png"});
    drawn({"a red apple", "--seed", "7", "-o", "b.png"});
    drawn({"a red apple", "--seed", "8", "-o", "c.png"});
    EXPECT_TRUE(readFile(path("a.png")) == readFile(path("b.png")));
    EXPECT_FALSE(readFile(path("a.png")) == readFile(path("c.png")));
}

TEST_F(ProgramGenerateTest, ThreadsDoNotChangeTheBytes) {
    drawn({"a red apple", "--seed", "7", "--threads", "1", "-o", "one.png"});
    for (const char* threads : {"2", "3", "5"}) {
        drawn({"a red apple", "--seed", "7", "--threads", threads, "-o", "many.png"});
        EXPECT_TRUE(readFile(path("one.png")) == readFile(path("many.png"))) << threads;
    }
}

TEST_F(ProgramGenerateTest, DefaultNamesNeverOverwrite) {
    EXPECT_EQ(drawn({"A Red Apple!", "--seed", "7"}).out, "a-red-apple-7.png\n");
    EXPECT_EQ(drawn({"A Red Apple!", "--seed", "7"}).out, "a-red-apple-7-2.png\n");
    EXPECT_TRUE(readFile(path("a-red-apple-7.png")) == readFile(path("a-red-apple-7-2.png")));
}

TEST_F(ProgramGenerateTest, GivenNamesAreReplaced) {
    writeFile(path("apple.png"), "old");
    drawn({"a red apple", "--seed", "7", "-o", "apple.png"});
    EXPECT_TRUE(readPng(path("apple.png")));
}

TEST_F(ProgramGenerateTest, CountDrawsTheNextSeeds) {
    const Outcome outcome = drawn({"a cat", "--seed", "18446744073709551615", "--count", "2", "-o", "cat.png"});
    EXPECT_EQ(outcome.out, "cat-1.png\ncat-2.png\n");
    EXPECT_EQ((*readRecipe(path("cat-1.png")))->seed, 18446744073709551615u);
    EXPECT_EQ((*readRecipe(path("cat-2.png")))->seed, 0u);  // seeds wrap around

    EXPECT_EQ(drawn({"a cat", "--seed", "5", "--count", "2"}).out, "a-cat-5.png\na-cat-6.png\n");
    drawn({"a cat", "--seed", "6", "-o", "alone.png"});
    EXPECT_TRUE(readFile(path("a-cat-6.png")) == readFile(path("alone.png")));
}

TEST_F(ProgramGenerateTest, VariationsKeepTheSeedAndCountTheirOwn) {
    const std::vector<std::string> near = {"a cat", "--seed", "5", "--variation-strength", "0.2"};
    std::vector<std::string> two = near;
    two.insert(two.end(), {"--variation-seed", "7", "--count", "2", "-o", "cat.png"});
    const Outcome outcome = drawn(two);
    EXPECT_NE(outcome.err.find("seed 5, variation seed 7, strength 0.2"), std::string::npos) << outcome.err;
    const auto second = *readRecipe(path("cat-2.png"));
    EXPECT_EQ(second->seed, 5u);
    EXPECT_EQ(second->variation, (Variation{8, 0.2}));
    EXPECT_FALSE(readFile(path("cat-1.png")) == readFile(path("cat-2.png")));
    EXPECT_EQ(penjing({"verify", "cat-2.png"}).out, "cat-2.png: identical\n");

    std::vector<std::string> random = near;
    random.insert(random.end(), {"--json"});
    const auto first = nlohmann::json::parse(drawn(random).out);
    EXPECT_EQ(first["variation"]["strength"], 0.2);
    EXPECT_NE(first["variation"]["seed"], nlohmann::json::parse(drawn(random).out)["variation"]["seed"]);
}

TEST_F(ProgramGenerateTest, StopAfterIsAPictureOfItsOwn) {
    const auto json =
        nlohmann::json::parse(drawn({"a cat", "--seed", "5", "--stop-after", "1", "--json", "-o", "early.png"}).out);
    EXPECT_EQ(json["stopped_after"], 1);
    EXPECT_EQ(json["steps"], 2);
    EXPECT_EQ(penjing({"verify", "early.png"}).out, "early.png: identical\n");
    EXPECT_NE(penjing({"info", "early.png"}).out.find("1 of 2"), std::string::npos);
    drawn({"a cat", "--seed", "5", "--stop-after", "2", "-o", "last.png"});
    drawn({"a cat", "--seed", "5", "-o", "whole.png"});
    EXPECT_TRUE(readFile(path("last.png")) == readFile(path("whole.png")));
    EXPECT_FALSE(readFile(path("early.png")) == readFile(path("whole.png")));
}

TEST_F(ProgramGenerateTest, RandomSeedsDifferAndArePrinted) {
    const auto first = nlohmann::json::parse(drawn({"a cat", "--json"}).out);
    const auto second = nlohmann::json::parse(drawn({"a cat", "--json"}).out);
    EXPECT_NE(first["seed"], second["seed"]);
    EXPECT_NE(drawn({"a cat"}).err.find("seed "), std::string::npos);
}

TEST_F(ProgramGenerateTest, PromptFromStandardInput) {
    RunOptions changed = options();
    changed.input = "a red apple\n";
    const Outcome outcome = penjing({"generate", "-", "--seed", "7", "--steps", "2", "-o", "stdin.png"}, changed);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    drawn({"a red apple", "--seed", "7", "-o", "argument.png"});
    EXPECT_TRUE(readFile(path("stdin.png")) == readFile(path("argument.png")));
}

TEST_F(ProgramGenerateTest, JsonHasTheStableKeys) {
    const Outcome outcome = drawn({"a red apple", "--seed", "7", "-o", "apple.png", "--json"});
    EXPECT_EQ(lineCount(outcome.out), 1);
    const auto json = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(json["file"], "apple.png");
    const std::string bytes = readFile(path("apple.png"));
    EXPECT_EQ(json["sha256"], sha256Hex(bytes.data(), bytes.size()));
    const auto image = readPng(path("apple.png"));
    EXPECT_EQ(json["width"], image->width);
    EXPECT_EQ(json["height"], image->height);
    EXPECT_EQ(json["steps"], 2);
    EXPECT_EQ(json["seed"], 7);
    double phases = 0.0;
    for (const char* phase : {"load", "text", "denoise", "decode"}) {
        ASSERT_TRUE(json["seconds"][phase].is_number()) << phase;
        EXPECT_GE(json["seconds"][phase], 0.0) << phase;
        phases += json["seconds"][phase].get<double>();
    }
    EXPECT_GE(json["seconds"]["total"].get<double>(), phases - 0.01);
    EXPECT_GT(json["peak_resident_bytes"], 1 << 20);
    EXPECT_TRUE(json["kernels"].is_string());
    EXPECT_EQ(json["skipped"], false);
}

TEST_F(ProgramGenerateTest, EveryKernelSetIsNamedByItsOwnName) {
    RunOptions changed = options();
    changed.environment["PENJING_KERNELS"] = "scalar";
    const Outcome outcome = penjing({"generate", "a cat", "--steps", "1", "--json", "-o", "cat.png"}, changed);
    ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_EQ(nlohmann::json::parse(outcome.out)["kernels"], "scalar");
    EXPECT_EQ((*readRecipe(path("cat.png")))->kernels, "scalar");
}

TEST_F(ProgramGenerateTest, AccurateIsAnotherPrecision) {
    drawn({"a cat", "--seed", "3", "-o", "fast.png"});
    drawn({"a cat", "--seed", "3", "--accurate", "-o", "accurate.png"});
    EXPECT_EQ((*readRecipe(path("fast.png")))->precision, "int8");
    EXPECT_EQ((*readRecipe(path("accurate.png")))->precision, "int15");
}

// Lookups are a matter of the processor; without them --turbo says so in one line and changes nothing.
TEST_F(ProgramGenerateTest, TurboIsForProcessorsWithLookups) {
    drawn({"a cat", "--seed", "3", "-o", "default.png"});
    const Outcome turbo = drawn({"a cat", "--seed", "3", "--turbo", "--json", "-o", "turbo.png"});
    const auto recipe = readRecipe(path("turbo.png"));
    EXPECT_EQ(nlohmann::json::parse(turbo.out)["precision"], (*recipe)->precision);
    if (turboIsFaster()) {
        EXPECT_EQ((*recipe)->precision, "int7");
        EXPECT_TRUE(turbo.err.find("--turbo") == std::string::npos) << turbo.err;
    } else {
        EXPECT_EQ((*recipe)->precision, "int8");
        EXPECT_NE(turbo.err.find("--turbo would gain nothing"), std::string::npos) << turbo.err;
        EXPECT_EQ(lineCount(turbo.err), 1);
        EXPECT_EQ(readPng(path("turbo.png"))->rgb, readPng(path("default.png"))->rgb);
    }
}

TEST_F(ProgramGenerateTest, TurboWithOtherKernelsGainsNothing) {
    RunOptions changed = options();
    changed.environment["PENJING_KERNELS"] = "scalar";
    const Outcome outcome = penjing({"generate", "a cat", "--steps", "1", "--turbo", "-o", "cat.png"}, changed);
    ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_NE(outcome.err.find("--turbo would gain nothing"), std::string::npos) << outcome.err;
    EXPECT_EQ((*readRecipe(path("cat.png")))->precision, "int8");
}

TEST_F(ProgramGenerateTest, HugePromptIsCutWithAWarning) {
    std::string prompt;
    while (prompt.size() < 100000) prompt += "a red apple on a blue table ";
    const Outcome outcome = drawn({prompt, "--seed", "7", "-o", "long.png"});
    EXPECT_NE(outcome.err.find("its end was left out"), std::string::npos) << outcome.err.substr(0, 300);
    EXPECT_TRUE(exists("long.png"));
}

TEST_F(ProgramGenerateTest, PreviewsAreGoneAtTheEnd) {
    drawn({"a cat", "--preview-every", "1", "-o", "cat.png"});
    EXPECT_EQ(files(), std::vector<std::string>{"cat.png"});
}

TEST_F(ProgramGenerateTest, VerifyFindsItsOwnPictureIdentical) {
    drawn({"a red apple", "--seed", "7", "-o", "apple.png"});
    const Outcome outcome = penjing({"verify", "apple.png"});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "apple.png: identical\n");
}

TEST_F(ProgramGenerateTest, VerifySeesChangedPixels) {
    drawn({"a red apple", "--seed", "7", "-o", "apple.png"});
    auto image = readPng(path("apple.png"));
    const auto recipe = readRecipe(path("apple.png"));
    ASSERT_TRUE(image && recipe && *recipe);

    image->rgb[0] = static_cast<std::uint8_t>(image->rgb[0] ^ 1);
    ASSERT_TRUE(writeFileAtomically(path("touched.png"), *encodePng(*image, &**recipe)));
    const Outcome touched = penjing({"verify", "touched.png"});
    EXPECT_EQ(touched.exitCode, 0) << touched.err;
    EXPECT_NE(touched.out.find("same look (PSNR"), std::string::npos) << touched.out;
    EXPECT_NE(touched.out.find("changed after it was drawn"), std::string::npos) << touched.out;

    for (auto& value : image->rgb) value = static_cast<std::uint8_t>(255 - value);
    ASSERT_TRUE(writeFileAtomically(path("inverted.png"), *encodePng(*image, &**recipe)));
    const Outcome inverted = penjing({"verify", "inverted.png"});
    EXPECT_EQ(inverted.exitCode, 1) << inverted.err;
    EXPECT_NE(inverted.out.find("different"), std::string::npos) << inverted.out;
}

TEST_F(ProgramGenerateTest, VerifyNamesAnotherModel) {
    drawn({"a red apple", "--seed", "7", "-o", "apple.png"});
    ASSERT_EQ(penjing({"synth", "--preset", "tiny", "--seed", "99", "-o", "other.penjing"}).exitCode, 0);
    const Outcome outcome = penjing({"verify", "apple.png", "--model", "other.penjing"});
    EXPECT_EQ(outcome.exitCode, 1);
    EXPECT_NE(outcome.out.find("another model"), std::string::npos) << outcome.out;
}

TEST_F(ProgramGenerateTest, VerifyNeedsARecipe) {
    drawn({"a cat", "-o", "cat.png"});
    ASSERT_TRUE(writeFileAtomically(path("bare.png"), *encodePng(*readPng(path("cat.png")), nullptr)));
    expectOneLineFailure(penjing({"verify", "bare.png"}), 2);
}

TEST_F(ProgramGenerateTest, TheRecipeHasTheProgramsVersion) {
    drawn({"a cat", "-o", "cat.png"});
    const std::string version = (*readRecipe(path("cat.png")))->engineVersion;
    EXPECT_EQ(penjing({"--version"}).out, "penjing " + version + "\n");
}

TEST_F(ProgramGenerateTest, InfoShowsTheRecipe) {
    drawn({"a red apple", "--seed", "7", "-o", "apple.png"});
    const Outcome outcome = penjing({"info", "apple.png"});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("a red apple"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("seed          7"), std::string::npos) << outcome.out;
}

TEST_F(ProgramGenerateTest, InfoShowsWhatOtherProgramsWrote) {
    const Outcome outcome = penjing({"info", PENJING_SOURCE_DIR "/tests/golden/foreign/automatic1111.png"});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    for (const char* row :
         {"drawn by      AUTOMATIC1111", "prompt        a red fox, \"asleep\" in the snow: evening 🦊",
          "seed          9007199254740993", "steps         20", "guidance      3.5", "width         512",
          "not usable    LoRA (ink), negative prompt (fog, text), "})
        EXPECT_NE(outcome.out.find(row), std::string::npos) << row << "\n" << outcome.out;
}

}  // namespace
}  // namespace penjing::test
