#include <gtest/gtest.h>

#include "widgets/recipe_intake.h"
#include "widgets/text_format.h"

namespace penjing::studio {
namespace {

ModelInfo seedling() {
    ModelInfo info;
    info.name = "Seedling";
    info.hash = "abc";
    info.defaultWidth = info.defaultHeight = info.minSize = info.maxSize = 96;
    info.defaultSteps = 16;
    info.defaultGuidance = 3.0;
    return info;
}

ForeignRecipe foreign() {
    ForeignRecipe found;
    found.program = "AUTOMATIC1111";
    found.prompt = "a blue car";
    found.seed = 42;
    found.steps = 20;
    found.guidance = 7.0;
    found.width = 512;
    found.height = 768;
    found.modelName = "sd15";
    found.notTaken = {"negative prompt", "sampler (Euler a)"};
    return found;
}

TEST(RecipeIntake, FillsWhatThePictureSaysAndNamesTheRest) {
    DrawSettings current;
    current.prompt = "something else";
    const TakenRecipe taken = takeRecipe(foreign(), current, seedling());
    EXPECT_EQ(taken.settings.prompt, "a blue car");
    EXPECT_EQ(taken.settings.seed, 42u);
    EXPECT_EQ(taken.settings.steps, 20);
    EXPECT_EQ(taken.settings.guidance, 7.0);
    EXPECT_EQ(taken.settings.width, 96) << "the model draws no other size";
    EXPECT_TRUE(taken.taken.contains("AUTOMATIC1111"));
    for (const char* name : {"512 × 768", "sd15", "negative prompt", "sampler (Euler a)"}) {
        EXPECT_TRUE(taken.notTaken.contains(QString::fromUtf8(name))) << name << ": " << taken.notTaken.toStdString();
    }
}

TEST(RecipeIntake, KeepsWhatThePictureDoesNotSay) {
    ForeignRecipe found;
    found.program = "flux2.c";
    found.seed = 9;
    DrawSettings current;
    current.prompt = "a cat";
    current.steps = 5;
    const TakenRecipe taken = takeRecipe(found, current, seedling());
    EXPECT_EQ(taken.settings.prompt, "a cat");
    EXPECT_EQ(taken.settings.steps, 5);
    EXPECT_EQ(taken.settings.seed, 9u);
    EXPECT_TRUE(taken.notTaken.isEmpty()) << taken.notTaken.toStdString();
}

TEST(RecipeIntake, GuidanceIsNotForAModelWithoutIt) {
    ModelInfo model = seedling();
    model.defaultGuidance = 1.0;
    const TakenRecipe taken = takeRecipe(foreign(), {}, model);
    EXPECT_FALSE(taken.settings.guidance.has_value());
    EXPECT_TRUE(taken.notTaken.contains("guidance"));
}

TEST(RecipeIntake, OurOwnPictureOfThisModelLeavesNothingOut) {
    ForeignRecipe found;
    found.program = "Penjing";
    found.prompt = "a cat";
    found.modelName = "Seedling";
    found.recipe = Recipe{};
    found.recipe->modelHash = "abc";
    found.recipe->variation = Variation{3, 0.5};
    const TakenRecipe taken = takeRecipe(found, {}, seedling());
    EXPECT_TRUE(taken.notTaken.isEmpty());
    ASSERT_TRUE(taken.settings.variation.has_value());
    EXPECT_EQ(taken.settings.variation->seed, 3u);
}

TEST(RecipeIntake, CompactTextIsForModelsThatHaveIt) {
    ForeignRecipe found;
    found.program = "Penjing";
    found.prompt = "a cat";
    found.modelName = "Seedling";
    found.recipe = Recipe{};
    found.recipe->modelHash = "abc";
    found.recipe->compactText = true;
    ModelInfo model = seedling();
    const TakenRecipe without = takeRecipe(found, {}, model);
    EXPECT_FALSE(without.settings.compactText);
    EXPECT_TRUE(without.notTaken.contains("compact text")) << without.notTaken.toStdString();

    model.compactText = true;
    const TakenRecipe with = takeRecipe(found, {}, model);
    EXPECT_TRUE(with.settings.compactText);
    EXPECT_TRUE(with.taken.contains("compact text")) << with.taken.toStdString();
    EXPECT_FALSE(takeRecipe(foreign(), with.settings, model).settings.compactText) << "of the picture before";
}

TEST(TextFormat, EstimateNamesTimeAndMemoryOrTheSizeThatFits) {
    RunEstimate estimate;
    estimate.textSeconds = 0.1;
    estimate.drawingSeconds = 12.0;
    estimate.decodeSeconds = 1.0;
    estimate.peakBytes = 19'000'000;
    estimate.availableBytes = 24'000'000'000;
    EXPECT_TRUE(estimateText(estimate, 1).contains("13 s")) << estimateText(estimate, 1).toStdString();
    EXPECT_TRUE(estimateText(estimate, 4).contains("52 s")) << "the text is encoded once";
    estimate.fits = false;
    estimate.largestSide = 512;
    EXPECT_TRUE(estimateText(estimate, 1).contains(QString::fromUtf8("512 × 512")));
}

}  // namespace
}  // namespace penjing::studio
