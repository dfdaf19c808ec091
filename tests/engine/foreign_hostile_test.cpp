#include <gtest/gtest.h>

#include <ctime>

#include "foreign_support.h"
#include "image/png_text.h"
#include "tokenizer/utf8.h"

namespace penjing {
namespace {

using test::compressedChunk;
using test::foreignIn;
using test::Names;
using test::pngWith;
using test::readText;
using test::textChunk;

TEST(ForeignHostile, NoPngIsAUsageError) {
    EXPECT_EQ(readForeignRecipe(nullptr, 0).error().code, ErrorCode::Usage);
    EXPECT_EQ(readForeignRecipe("/nonexistent.png").error().code, ErrorCode::Usage);
    const test::TemporaryFolder folder;
    test::writeFile(folder / "a.png", {'G', 'I', 'F'});
    const auto recipe = readForeignRecipe(folder / "a.png");
    ASSERT_FALSE(recipe.ok());
    EXPECT_NE(recipe.error().message.find("a.png: is not a PNG"), std::string::npos) << recipe.error().message;
}

// A small chunk may unpack to a gigabyte, and a file may hold a million of them.
TEST(ForeignHostile, AllChunksTogetherUnpackAFewMebibytes) {
    const std::string big = compressedChunk("Comment", std::string((1u << 20) - 10, 'x'));
    std::vector<std::string> chunks(40, big);
    chunks.push_back(compressedChunk("parameters", "a fox"));
    const auto texts = readPngTexts(pngWith(chunks));
    ASSERT_TRUE(texts.ok());
    EXPECT_EQ(texts->size(), 16u);
    chunks.push_back(textChunk("parameters", "a cat"));  // plain chunks cost nothing
    EXPECT_EQ(foreignIn(chunks)->prompt, "a cat");

    const std::vector<std::string> bombs(500, compressedChunk("parameters", std::string(8u << 20, 'x')));
    const std::clock_t start = std::clock();  // processor time: the machine may be busy
    EXPECT_FALSE(foreignIn(bombs).has_value());
    EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 5);
}

TEST(ForeignHostile, DeepJsonIsNoJson) {
    for (const std::string open : {"[", "{\"a\":"}) {
        std::string deep = "{\"sui_image_params\": ";
        for (int i = 0; i < 100'000; ++i) deep += open;
        EXPECT_FALSE(foreignIn({textChunk("invokeai_metadata", deep)}).has_value());
        EXPECT_FALSE(foreignIn({textChunk("prompt", deep)}).has_value());
        // What is not JSON under `parameters` is a prompt.
        EXPECT_EQ(foreignIn({textChunk("parameters", deep)})->program, "unknown");
    }
}

TEST(ForeignHostile, NumbersThatAreNone) {
    const ForeignRecipe recipe = readText(
        "invokeai_metadata",
        R"({"positive_prompt":"x","seed":1e300,"steps":-3,"cfg_scale":NaN,"width":99999999999999999999,"height":12.5})");
    EXPECT_EQ(recipe.prompt, "x");
    EXPECT_FALSE(recipe.seed || recipe.steps || recipe.guidance || recipe.width || recipe.height);
    EXPECT_EQ(recipe.notTaken, (Names{"height (12.5)", "seed (1e+300)", "steps (-3)", "width (1e+20)"}));
    // What no double can hold is no JSON.
    EXPECT_FALSE(foreignIn({textChunk("invokeai_metadata", R"({"seed":5,"cfg_scale":1e999})")}).has_value());
    const ForeignRecipe whole =
        readText("invokeai_metadata", R"({"seed":42.0,"steps":"8","cfg_scale":"3","width":64.0})");
    EXPECT_EQ(whole.seed, 42u);
    EXPECT_EQ(whole.steps, 8);
    EXPECT_EQ(whole.guidance, 3.0);
    EXPECT_EQ(whole.width, 64);
}

TEST(ForeignHostile, TextsAreValidUtf8WithoutControls) {
    const auto recipe = foreignIn({test::internationalChunk(
        "parameters",
        "a \xff fox\x1b[31m \xc2\x9b\n\xed\xa0\x80\nNegative prompt: \x07\xc3\nSteps: 4, Seed: 5, Size: "
        "64x64, Sampler: a\x1b\xf0\x9f, Model: \x1b]0;x")});
    ASSERT_TRUE(recipe.has_value());
    EXPECT_EQ(recipe->prompt, "a \xef\xbf\xbd fox [31m  \n\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
    EXPECT_EQ(recipe->seed, 5u);
    EXPECT_EQ(recipe->modelName, "]0;x");
    EXPECT_EQ(recipe->notTaken, (Names{"negative prompt (\xef\xbf\xbd)", "sampler (a \xef\xbf\xbd\xef\xbf\xbd)"}));
}

TEST(ForeignHostile, NamesAreFewAndShort) {
    std::string line = "x\nSteps: 4, Seed: 5, Size: 64x64";
    for (int i = 0; i < 1000; ++i) line += ", Key " + std::to_string(i) + ": " + std::to_string(i);
    const ForeignRecipe many = readText("parameters", line);
    ASSERT_EQ(many.notTaken.size(), 101u);
    EXPECT_EQ(many.notTaken[0], "key 0 (0)");
    EXPECT_EQ(many.notTaken.back(), "more settings");
    const std::string exact(40, 'v'), longer(41, 'v');
    EXPECT_EQ(readText("parameters", "x\nSteps: 4, Seed: 5, Size: 64x64, Upscaler: " + exact).notTaken,
              Names{"upscaler (" + exact + ")"});
    EXPECT_EQ(readText("parameters", "x\nSteps: 4, Seed: 5, Size: 64x64, Upscaler: " + longer).notTaken,
              Names{"upscaler"});
}

TEST(ForeignHostile, LongTextsTakeLinearTime) {
    std::string tags, settings = "x\n", entities = "<exif:UserComment>Draw Things";
    for (int i = 0; i < 100'000; ++i) {
        tags += "<lora:a";
        settings += "a b:\"";
        entities += "&#x1";
    }
    const std::clock_t start = std::clock();  // processor time: the machine may be busy
    EXPECT_EQ(readText("parameters", tags).prompt, tags);
    EXPECT_TRUE(foreignIn({textChunk("parameters", settings)}).has_value());
    EXPECT_FALSE(foreignIn({textChunk("XML:com.adobe.xmp", entities + "</exif:UserComment>")}).has_value());
    EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 5);
}

}  // namespace
}  // namespace penjing
