// Text of a prompt's own tokens only, instead of padded text.
#include <gtest/gtest.h>

#include "image/infotext.h"
#include "image/recipe_json.h"
#include "model_support.h"
#include "pack_support.h"
#include "penjing/verify.h"

namespace penjing::test {
namespace {

constexpr int kTokens = 64;  // of the preset's padded text

class CompactText : public testing::Test {
protected:
    static std::filesystem::path synthesized(const std::filesystem::path& path) {
        const Status status = synthesize(SynthPreset::TinyKlein, 1, path, {});
        EXPECT_TRUE(status.ok());
        return path;
    }

    // The same weights with another length of text.
    std::filesystem::path packOfLength(int tokens) const {
        const FileBytes pack = readFile(folder / "padded.penjing");
        const std::string header = replacedOnce(headerOf(pack), "max_sequence_length\\\":" + std::to_string(kTokens),
                                                "max_sequence_length\\\":" + std::to_string(tokens));
        writeFile(folder / "short.penjing", withHeader(pack, header));
        return folder / "short.penjing";
    }

    static GenerateRequest request(bool compact, double guidance = 1.0) {
        GenerateRequest result;
        result.prompt = "a red apple";
        result.seed = 5;
        result.steps = 2;
        result.guidance = guidance;
        result.compactText = compact;
        return result;
    }

    TemporaryFolder folder;
    Model model = openModel(synthesized(folder / "padded.penjing"));
    Pipeline pipeline = openPipeline(model, anyPicture());
};

// A text of exactly the prompt's length has no padding, so that nothing is left to leave out.
TEST_F(CompactText, IsThePictureOfATextWithoutPadding) {
    const GenerateResult padded = mustGenerate(pipeline, request(false));
    const GenerateResult compact = mustGenerate(pipeline, request(true));
    EXPECT_FALSE(compact.textFromCache);
    EXPECT_NE(compact.image.rgb, padded.image.rgb);

    const int tokens = 6 + 11 + 19;  // template, prompt and template: bytes and special tokens
    const Model shortModel = openModel(packOfLength(tokens));
    Pipeline shortPipeline = openPipeline(shortModel, anyPicture());
    EXPECT_FALSE(mustGenerate(shortPipeline, request(false)).promptTruncated);
    EXPECT_EQ(mustGenerate(shortPipeline, request(false)).image.rgb, compact.image.rgb);
    EXPECT_EQ(mustGenerate(shortPipeline, request(true)).image.rgb, compact.image.rgb);
}

TEST_F(CompactText, WorksWithTwoTextsOfDifferentLength) {
    const GenerateResult guided = mustGenerate(pipeline, request(true, 3.0));
    EXPECT_NE(guided.image.rgb, mustGenerate(pipeline, request(true)).image.rgb);
    GenerateRequest shorter = request(true, 3.0);
    shorter.prompt = "";  // both texts are the empty one: guidance has nothing to push from
    EXPECT_EQ(mustGenerate(pipeline, shorter).recipe.guidance, 3.0);
}

TEST_F(CompactText, NeedsLessMemory) {
    const auto padded = pipeline.plan(request(false));
    const auto compact = pipeline.plan(request(true));
    ASSERT_TRUE(padded.ok() && compact.ok());
    EXPECT_LT(compact->activations, padded->activations);
}

TEST_F(CompactText, IsRememberedAndDrawnAgain) {
    const GenerateResult compact = mustGenerate(pipeline, request(true));
    EXPECT_TRUE(compact.recipe.compactText);
    EXPECT_FALSE(mustGenerate(pipeline, request(false)).recipe.compactText);
    writeFile(folder / "a.png", *encodePng(compact.image, &compact.recipe));
    const auto verdict = verifyPicture(folder / "a.png", model, {}, {});
    ASSERT_TRUE(verdict.ok()) << verdict.error().message;
    EXPECT_EQ(verdict->match, Match::Identical) << verdict->reason;
}

TEST_F(CompactText, StandsInTheTextsOfAPicture) {
    Recipe recipe = mustGenerate(pipeline, request(true)).recipe;
    const auto again = recipeFromJson(recipeToJson(recipe));
    ASSERT_TRUE(again.has_value());
    EXPECT_TRUE(again->compactText);
    EXPECT_TRUE(parseInfotext(writeInfotext(recipe)).compactText);
    EXPECT_FALSE(recipeFromJson(replacedOnce(recipeToJson(recipe), "\"compact\"", "\"loose\"")).has_value());
    recipe.compactText = false;
    EXPECT_EQ(recipeToJson(recipe).find("\"text\""), std::string::npos);
    EXPECT_FALSE(recipeFromJson(recipeToJson(recipe))->compactText);
    EXPECT_FALSE(parseInfotext(writeInfotext(recipe)).compactText);
}

TEST_F(CompactText, ModelsTrainedOnPaddedTextRefuseIt) {
    const Model padded = openModel(tinyPack());
    const Status status = openPipeline(padded, anyPicture()).check(request(true));
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::Usage);
    EXPECT_NE(status.error().message.find("compact"), std::string::npos);
}

}  // namespace
}  // namespace penjing::test
