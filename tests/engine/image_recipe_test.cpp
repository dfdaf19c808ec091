#include <gtest/gtest.h>

#include "image/infotext.h"
#include "image/recipe_json.h"
#include "pack_support.h"
#include "penjing/image.h"
#include "png_chunks.h"

namespace penjing {
namespace {

using test::compressed;
using test::FileBytes;
using test::pngWith;
using test::textChunk;

std::optional<Recipe> recipeIn(const FileBytes& file) {
    const auto recipe = readRecipe(file.data(), file.size());
    EXPECT_TRUE(recipe.ok());
    return recipe.ok() ? *recipe : std::nullopt;
}

Recipe fullRecipe() {
    Recipe recipe;
    recipe.prompt = "a cat";
    recipe.seed = 18446744073709551615u;
    recipe.steps = 4;
    recipe.guidance = 3.5;
    recipe.width = 128;
    recipe.height = 96;
    recipe.shift = 2.0;
    recipe.modelName = "Seedling v0";
    recipe.modelHash = std::string(64, 'a');
    recipe.kernels = "avx2";
    recipe.precision = "int8";
    recipe.engineVersion = "0.1.0";
    recipe.pixelHash = std::string(64, 'b');
    return recipe;
}

const std::vector<std::string> kPrompts{
    "a cat",
    "",
    "盆栽、夕焼け 🌲",
    "commas, colons: and \"quotes\" \\ back",
    "two\nlines",
    "a cat, Seed: 7, Size: 64x64, Steps: 1",
    "x\nSteps: 1, Seed: 7, Size: 64x64",
    "Negative prompt: everything",
    "a cat\nNegative prompt: dogs\n  Negative prompt: more",
};

TEST(Recipe, SurvivesInAPicture) {
    const Image image{1, 1, {1, 2, 3}};
    for (const std::string& prompt : kPrompts) {
        Recipe recipe = fullRecipe();
        recipe.prompt = prompt;
        const auto bytes = encodePng(image, &recipe);
        ASSERT_TRUE(bytes.ok());
        const auto again = recipeIn(*bytes);
        ASSERT_TRUE(again.has_value());
        EXPECT_EQ(again->prompt, prompt);
        EXPECT_EQ(recipeToJson(*again), recipeToJson(recipe));
    }
}

TEST(Recipe, SurvivesInAFile) {
    const test::TemporaryFolder folder;
    const Recipe recipe = fullRecipe();
    test::writeFile(folder / "a.png", *encodePng(Image{1, 1, {1, 2, 3}}, &recipe));
    const auto again = readRecipe(folder / "a.png");
    ASSERT_TRUE(again.ok());
    EXPECT_EQ((*again)->seed, recipe.seed);
    test::writeFile(folder / "b.png", *encodePng(Image{1, 1, {1, 2, 3}}, nullptr));
    const auto none = readRecipe(folder / "b.png");
    ASSERT_TRUE(none.ok());
    EXPECT_FALSE(none->has_value());
    EXPECT_EQ(readRecipe(folder / "missing").error().code, ErrorCode::Usage);
}

TEST(Recipe, SettingsLineCannotBeInjected) {
    for (const std::string& prompt : kPrompts) {
        Recipe recipe = fullRecipe();
        recipe.prompt = prompt;
        recipe.modelName = "name, Seed: 7, with \"quotes\"";
        const Recipe again = parseInfotext(writeInfotext(recipe));
        EXPECT_EQ(again.seed, recipe.seed) << prompt;
        EXPECT_EQ(again.steps, 4);
        EXPECT_EQ(again.guidance, 3.5);
        EXPECT_EQ(again.width, 128);
        EXPECT_EQ(again.height, 96);
        EXPECT_EQ(again.modelName, recipe.modelName);
        EXPECT_EQ(again.modelHash, "aaaaaaaaaa");
    }
}

TEST(Recipe, NegativePromptLinesStayInThePrompt) {
    Recipe recipe = fullRecipe();
    recipe.prompt = "a cat\nNegative prompt: dogs";
    const std::string text = writeInfotext(recipe);
    EXPECT_EQ(text.find("Negative prompt:"), std::string::npos) << text;
    EXPECT_EQ(parseInfotext(text).prompt, "a cat\nNegative prompt : dogs");
}

TEST(Recipe, InfotextHasTheGrammarOfTheField) {
    EXPECT_EQ(writeInfotext(fullRecipe()),
              "a cat\nSteps: 4, Sampler: Euler, CFG scale: 3.5, Seed: 18446744073709551615, Size: 128x96, "
              "Model hash: aaaaaaaaaa, Model: Seedling v0, RNG: CPU, Version: Penjing 0.1.0");
}

TEST(Recipe, ReadsOtherPrograms) {
    const Recipe recipe = parseInfotext(
        "a cat, Seed: 7, Size: 64x64\nsecond line\nNegative prompt: ugly\nblurry\n"
        "Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 42, Size: 512x768, Model: \"a, \\\"b\\\"\", Version: "
        "v1.10");
    EXPECT_EQ(recipe.prompt, "a cat, Seed: 7, Size: 64x64\nsecond line");
    EXPECT_EQ(recipe.seed, 42u);
    EXPECT_EQ(recipe.steps, 20);
    EXPECT_EQ(recipe.guidance, 7.5);
    EXPECT_EQ(recipe.width, 512);
    EXPECT_EQ(recipe.height, 768);
    EXPECT_EQ(recipe.modelName, "a, \"b\"");
}

TEST(Recipe, JsonAtTheEndOfTheLineDoesNotOverride) {
    const Recipe recipe = parseInfotext(
        "x, Seed: 7\nSteps: 4, CFG scale: 1, Guidance: 3.5, Seed: 42, Size: 512x512, Version: stable-diffusion.cpp, "
        "SDCPP: {\"prompt\": \"x, Seed: 7, Size: 64x64, Steps: 1\"}");
    EXPECT_EQ(recipe.seed, 42u);
    EXPECT_EQ(recipe.steps, 4);
    EXPECT_EQ(recipe.width, 512);
    const Recipe twice = parseInfotext("x\nSteps: 4, Seed: 42, Size: 8x8, Seed: 7");
    EXPECT_EQ(twice.seed, 42u);
}

TEST(Recipe, TextWithoutSettingsIsAllPrompt) {
    const Recipe recipe = parseInfotext("just a prompt\nwith Seed: 7");
    EXPECT_EQ(recipe.prompt, "just a prompt\nwith Seed: 7");
    EXPECT_EQ(recipe.seed, 0u);
    EXPECT_EQ(parseInfotext("").prompt, "");
}

TEST(Recipe, IgnoresValuesOutOfRange) {
    const Recipe recipe = parseInfotext("x\nSteps: -4, Seed: 99999999999999999999, Size: 0x99999999, CFG scale: nan");
    EXPECT_EQ(recipe.steps, 0);
    EXPECT_EQ(recipe.seed, 0u);
    EXPECT_EQ(recipe.width, 0);
    EXPECT_EQ(recipe.guidance, 1.0);
}

TEST(Recipe, OwnJsonMustBeWhole) {
    const std::string good = recipeToJson(fullRecipe());
    ASSERT_TRUE(recipeFromJson(good).has_value());
    for (const auto& [from, to] :
         std::vector<std::pair<std::string, std::string>>{{"penjing.recipe/1", "other/1"},
                                                          {"\"18446744073709551615\"", "7"},
                                                          {"\"18446744073709551615\"", "\"18446744073709551616\""},
                                                          {"\"18446744073709551615\"", "\"-1\""},
                                                          {"\"steps\":4", "\"steps\":0"},
                                                          {"\"steps\":4", "\"steps\":4.5"},
                                                          {"\"width\":128", "\"width\":-128"},
                                                          {"\"guidance\":3.5", "\"guidance\":\"3.5\""},
                                                          {"\"prompt\":\"a cat\",", ""}})
        EXPECT_FALSE(recipeFromJson(test::replacedOnce(good, from, to)).has_value()) << to;
    for (const std::string text : {"", "{}", "[]", "null", "{\"schema\":"})
        EXPECT_FALSE(recipeFromJson(text).has_value());
}

TEST(Recipe, ReadsEveryKindOfTextChunk) {
    const std::string text = "caf\xc3\xa9\nSteps: 1, Seed: 2, Size: 3x4";
    const std::string latin1 = "caf\xe9\nSteps: 1, Seed: 2, Size: 3x4";
    const std::string keyword = std::string("parameters") + '\0';
    const std::string plain(4, '\0');
    const std::string packed = std::string("\1\0", 2) + std::string("en\0p\0", 5);
    for (const std::string& chunk :
         {"tEXt" + keyword + text, "tEXt" + keyword + latin1, "zTXt" + keyword + '\0' + compressed(latin1),
          "iTXt" + keyword + plain + text, "iTXt" + keyword + packed + compressed(text)}) {
        const auto recipe = recipeIn(pngWith({chunk}));
        ASSERT_TRUE(recipe.has_value());
        EXPECT_EQ(recipe->prompt, "café");
        EXPECT_EQ(recipe->seed, 2u);
    }
}

TEST(Recipe, FallsBackInOrder) {
    const std::string own = recipeToJson(fullRecipe());
    const std::string parameters = textChunk("parameters", "p\nSteps: 1, Seed: 2, Size: 3x4");
    const std::string flux = textChunk("flux:seed", "5");
    EXPECT_EQ(recipeIn(pngWith({flux, parameters, textChunk("penjing:recipe", own)}))->prompt, "a cat");
    EXPECT_EQ(recipeIn(pngWith({flux, parameters, textChunk("penjing:recipe", "{}")}))->prompt, "p");
    const auto fluxOnly = recipeIn(pngWith({flux, textChunk("flux:model", "FLUX.2-klein-4B")}));
    ASSERT_TRUE(fluxOnly.has_value());
    EXPECT_EQ(fluxOnly->seed, 5u);
    EXPECT_EQ(fluxOnly->modelName, "FLUX.2-klein-4B");
    EXPECT_FALSE(recipeIn(pngWith({textChunk("flux:seed", "x")})).has_value());
    EXPECT_FALSE(recipeIn(pngWith({textChunk("parameters", "{\"sui_image_params\":{}}")})).has_value());
}

Recipe variedRecipe() {
    Recipe recipe = fullRecipe();
    recipe.variation = Variation{18446744073709551614u, 0.1};
    recipe.stoppedAfter = 3;
    return recipe;
}

TEST(Recipe, VariationAndEarlyEndSurviveInAPicture) {
    const Recipe recipe = variedRecipe();
    const auto again = recipeIn(*encodePng(Image{1, 1, {1, 2, 3}}, &recipe));
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->variation, recipe.variation);
    EXPECT_EQ(again->stoppedAfter, 3);
    EXPECT_EQ(recipeToJson(*again), recipeToJson(recipe));
    EXPECT_NE(recipeToJson(recipe).find("\"variation\":{\"seed\":\"18446744073709551614\",\"strength\":0.1},"
                                        "\"stopped_after\":3"),
              std::string::npos);
    EXPECT_EQ(recipeToJson(fullRecipe()).find("variation"), std::string::npos);
    EXPECT_EQ(recipeToJson(fullRecipe()).find("stopped_after"), std::string::npos);
}

TEST(Recipe, InfotextNamesVariationsAsTheFieldDoes) {
    const std::string text = writeInfotext(variedRecipe());
    EXPECT_EQ(text,
              "a cat\nSteps: 4, Sampler: Euler, CFG scale: 3.5, Seed: 18446744073709551615, Size: 128x96, "
              "Variation seed: 18446744073709551614, Variation seed strength: 0.1, Stopped after: 3, "
              "Model hash: aaaaaaaaaa, Model: Seedling v0, RNG: CPU, Version: Penjing 0.1.0");
    const Recipe again = parseInfotext(text);
    EXPECT_EQ(again.variation, variedRecipe().variation);
    EXPECT_EQ(again.stoppedAfter, 3);
    EXPECT_EQ(again.seed, 18446744073709551615u);
}

TEST(Recipe, InfotextTakesVariationsWholeOrNotAtAll) {
    const auto parsed = [](const std::string& settings) {
        return parseInfotext("x\nSteps: 4, Seed: 42, Size: 8x8, " + settings);
    };
    EXPECT_EQ(parsed("Variation seed: 7, Variation seed strength: 1").variation, (Variation{7, 1.0}));
    EXPECT_EQ(parsed("Variation seed: 7, Variation seed strength: 0.5, Variation seed: 8").variation,
              (Variation{7, 0.5}));
    for (const char* wrong :
         {"Variation seed: 7", "Variation seed strength: 0.5", "Variation seed: -1, Variation seed strength: 0.5",
          "Variation seed: 7, Variation seed strength: 0", "Variation seed: 7, Variation seed strength: 1.5",
          "Variation seed: 7, Variation seed strength: nan", "Variation seed: 7, Variation seed strength: 0.5x"})
        EXPECT_FALSE(parsed(wrong).variation.has_value()) << wrong;
    EXPECT_EQ(parsed("Stopped after: 3").stoppedAfter, 3);
    for (const char* wrong : {"Stopped after: 0", "Stopped after: 4", "Stopped after: -1", "Stopped after: 1e1",
                              "Stopped after: 99999999999"})
        EXPECT_EQ(parsed(wrong).stoppedAfter, 0) << wrong;
}

TEST(Recipe, HostileVariationsSpoilTheJson) {
    const std::string good = recipeToJson(variedRecipe());
    ASSERT_TRUE(recipeFromJson(good).has_value());
    const std::string variation = "{\"seed\":\"18446744073709551614\",\"strength\":0.1}";
    for (const std::string& wrong : std::vector<std::string>{
             "null", "7", "\"x\"", "[]", "{}", "[[\"seed\",\"7\"]]", "{\"seed\":\"7\"}", "{\"strength\":0.5}",
             "{\"seed\":7,\"strength\":0.5}", "{\"seed\":\"-7\",\"strength\":0.5}",
             "{\"seed\":\"18446744073709551616\",\"strength\":0.5}", "{\"seed\":\"7\",\"strength\":\"0.5\"}",
             "{\"seed\":\"7\",\"strength\":1.5}", "{\"seed\":\"7\",\"strength\":-0.5}",
             "{\"seed\":\"7\",\"strength\":1e999}", "{\"seed\":\"7\",\"seed\":\"8\",\"strength\":0.5}"})
        EXPECT_FALSE(recipeFromJson(test::replacedOnce(good, variation, wrong)).has_value()) << wrong;
    for (const char* wrong : {"0", "4", "-1", "2.5", "\"3\"", "null", "18446744073709551615"})
        EXPECT_FALSE(
            recipeFromJson(test::replacedOnce(good, "\"stopped_after\":3", std::string("\"stopped_after\":") + wrong))
                .has_value())
            << wrong;
}

TEST(Recipe, HostileChunksAreLeftOut) {
    FileBytes wrongCrc = pngWith({textChunk("parameters", "p")});
    wrongCrc.back() ^= 1;
    EXPECT_FALSE(recipeIn(wrongCrc).has_value());
    const std::string bomb = "zTXt" + std::string("parameters\0", 11) + '\0' + compressed(std::string(50 << 20, 'x'));
    EXPECT_FALSE(recipeIn(pngWith({bomb})).has_value());
    FileBytes endless = pngWith({textChunk("parameters", "p")});
    endless[8] = 0xff;
    EXPECT_FALSE(recipeIn(endless).has_value());
    EXPECT_FALSE(readRecipe(nullptr, 0).ok());
    const std::string escape = recipeToJson([] {
        Recipe recipe = fullRecipe();
        recipe.modelName = "\x1b[31mred";
        return recipe;
    }());
    EXPECT_EQ(recipeIn(pngWith({textChunk("penjing:recipe", escape)}))->modelName, " [31mred");
}

TEST(Recipe, LongSettingsLinesTakeLinearTime) {
    std::string line = "x\n";
    for (int i = 0; i < 200'000; ++i) line += "a b:\"";
    EXPECT_EQ(parseInfotext(line).seed, 0u);
    EXPECT_EQ(parseInfotext(std::string(1 << 20, 'w')).seed, 0u);
}

}  // namespace
}  // namespace penjing
