// The pictures in tests/golden/foreign, one per program, all of the same settings as far as the program keeps them.
#include <gtest/gtest.h>

#include "foreign_support.h"

namespace penjing {
namespace {

using test::Names;

constexpr const char* kPrompt = "a red fox, \"asleep\" in the snow: evening 🦊";

struct Expected {
    std::string file;
    std::string program;
    std::uint64_t seed;
    Names notTaken;
};

ForeignRecipe readPicture(const std::string& file) {
    const auto recipe = readForeignRecipe(std::string(PENJING_SOURCE_DIR) + "/tests/golden/foreign/" + file);
    EXPECT_TRUE(recipe.ok() && recipe->has_value()) << file;
    return recipe.ok() ? recipe->value_or(ForeignRecipe{}) : ForeignRecipe{};
}

TEST(ForeignPictures, OfEveryProgramAreUnderstood) {
    constexpr std::uint64_t beyondDoubles = 9007199254740993;
    const std::vector<Expected> pictures{
        {"automatic1111.png",
         "AUTOMATIC1111",
         beyondDoubles,
         {"LoRA (ink)", "negative prompt (fog, text)", "sampler (Euler a)", "scheduler (Karras)", "clip skip (2)"}},
        {"stable_diffusion_cpp.png",
         "stable-diffusion.cpp",
         beyondDoubles,
         {"negative prompt (fog, text)", "random number generator (cuda)", "scheduler (simple)"}},
        {"invokeai.png", "InvokeAI", 3735928559u, {"negative prompt (fog, text)", "LoRA (ink)"}},
        {"draw_things.png",
         "Draw Things",
         4294967295u,
         {"sampler (DDIM Trailing)", "seed mode (Scale Alike)", "shift (3)", "negative prompt (fog, text)"}},
        {"comfyui.png", "ComfyUI", beyondDoubles, {"negative prompt (fog, text)"}},
        {"swarmui.png", "SwarmUI", beyondDoubles, {"negative prompt (fog, text)", "scheduler (normal)", "LoRA (ink)"}},
        {"fooocus.png",
         "Fooocus",
         beyondDoubles,
         {"ADM guidance ((1.5, 0.8, 0.3))", "LoRA (ink)", "negative prompt (fog, text)", "performance (Speed)",
          "refiner switch (0.5)", "sampler (dpmpp_2m_sde_gpu)", "scheduler (karras)", "sharpness (2.0)",
          "styles (['Fooocus V2'])"}},
        {"penjing.png", "Penjing", beyondDoubles, {}},
    };
    for (const Expected& expected : pictures) {
        SCOPED_TRACE(expected.file);
        const ForeignRecipe recipe = readPicture(expected.file);
        EXPECT_EQ(recipe.program, expected.program);
        EXPECT_EQ(recipe.prompt, kPrompt);
        EXPECT_EQ(recipe.seed, expected.seed);
        EXPECT_EQ(recipe.steps, 20);
        EXPECT_EQ(recipe.guidance, 3.5);
        EXPECT_EQ(recipe.width, 512);
        EXPECT_EQ(recipe.height, 768);
        EXPECT_EQ(recipe.modelName, "klein-4b");
        EXPECT_EQ(recipe.notTaken, expected.notTaken);
        EXPECT_EQ(recipe.recipe.has_value(), expected.program == "Penjing");
        EXPECT_TRUE(readPng(std::string(PENJING_SOURCE_DIR) + "/tests/golden/foreign/" + expected.file).ok());
    }
}

TEST(ForeignPictures, OfFlux2CHaveASeedOnly) {
    const ForeignRecipe recipe = readPicture("flux2_c.png");
    EXPECT_EQ(recipe.program, "flux2.c");
    EXPECT_EQ(recipe.seed, 9007199254740993u);
    EXPECT_EQ(recipe.modelName, "FLUX.2-klein-4B");
    EXPECT_TRUE(recipe.prompt.empty());
    EXPECT_FALSE(recipe.steps || recipe.guidance || recipe.width || recipe.height);
}

}  // namespace
}  // namespace penjing
