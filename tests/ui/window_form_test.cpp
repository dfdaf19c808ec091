#include <gtest/gtest.h>

#include <QSet>
#include <QSignalSpy>

#include "widgets/draw_form.h"
#include "widgets/size_presets.h"

namespace penjing::studio {
namespace {

ModelInfo smallModel() {
    ModelInfo info;
    info.hash = "small";
    info.defaultWidth = info.defaultHeight = info.minSize = info.maxSize = 96;
    info.defaultSteps = 16;
    info.defaultGuidance = 3.0;
    return info;
}

ModelInfo largeModel() {
    ModelInfo info;
    info.hash = "large";
    info.defaultWidth = info.defaultHeight = 1024;
    info.minSize = 256;
    info.maxSize = 2048;
    info.defaultSteps = 4;
    return info;
}

TEST(SizePresets, OnlyWhatAModelOfOneSizeCanDraw) {
    const auto presets = sizePresets(smallModel());
    ASSERT_EQ(presets.size(), 1);
    EXPECT_EQ(presets[0].size, QSize(96, 96));
    EXPECT_EQ(presets[0].effort, SizePreset::Effort::Only);
    EXPECT_FALSE(hasFreeSizes(smallModel()));
}

TEST(SizePresets, ShapesTimesFastAndQuality) {
    const ModelInfo model = largeModel();
    const auto presets = sizePresets(model);
    ASSERT_EQ(presets.size(), 10);
    EXPECT_EQ(presets[0].size, QSize(1024, 1024));
    EXPECT_EQ(presets[1].size, QSize(512, 512));
    for (const SizePreset& preset : presets) {
        EXPECT_EQ(preset.size.width() % model.sizeMultiple, 0);
        EXPECT_EQ(preset.size.height() % model.sizeMultiple, 0);
        EXPECT_EQ(supportedSize(model, preset.size), preset.size);
        const double area = double(preset.size.width()) * preset.size.height();
        const double wanted = preset.effort == SizePreset::Effort::Fast ? 512.0 * 512.0 : 1024.0 * 1024.0;
        EXPECT_NEAR(area / wanted, 1.0, 0.05) << preset.size.width() << "x" << preset.size.height();
    }
}

TEST(SizePresets, NearestSupportedSize) {
    EXPECT_EQ(supportedSize(largeModel(), {1000, 5000}), QSize(1008, 2048));
    EXPECT_EQ(supportedSize(smallModel(), {512, 512}), QSize(96, 96));
}

TEST(DrawForm, NeedsAModelAndAPrompt) {
    DrawForm form;
    form.setPrompt("a cat");
    EXPECT_FALSE(form.canDraw());
    form.setModel(smallModel());
    EXPECT_TRUE(form.canDraw());
    form.setPrompt("  \n");
    EXPECT_FALSE(form.canDraw());
}

TEST(DrawForm, FollowsTheModelsDefaultsUntilTouched) {
    DrawForm form;
    form.setModel(smallModel());
    EXPECT_EQ(form.settings().steps, 16);
    EXPECT_EQ(form.settings().guidance, 3.0);
    form.setModel(largeModel());
    EXPECT_EQ(form.settings().steps, 4);
    EXPECT_EQ(form.settings().width, 1024);
    EXPECT_FALSE(form.settings().guidance.has_value()) << "this model has none";
    form.setSteps(9);
    form.setModel(smallModel());
    EXPECT_EQ(form.settings().steps, 9) << "was chosen by hand";
}

TEST(DrawForm, SameSeedCountsUpFromTheFormsSeed) {
    DrawForm form;
    form.setModel(smallModel());
    form.setPrompt(" a cat\n");
    form.setSeed(7);
    form.setCount(3);
    const auto pictures = form.take();
    ASSERT_EQ(pictures.size(), 3);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(pictures[i].seed, 7u + unsigned(i));
        EXPECT_EQ(pictures[i].prompt, "a cat");
        EXPECT_EQ(pictures[i].modelHash, "small");
    }
    EXPECT_EQ(form.take()[0].seed, 7u);
}

TEST(DrawForm, WithoutSameSeedEveryPressHasANewOne) {
    DrawForm form;
    form.setModel(smallModel());
    form.setPrompt("a cat");
    form.setSameSeed(false);
    QSet<quint64> seeds;
    for (int i = 0; i < 8; ++i) {
        seeds.insert(form.take()[0].seed);
    }
    EXPECT_GT(seeds.size(), 6);
}

TEST(DrawForm, VariationsKeepTheSeedAndDiffer) {
    DrawSettings settings;
    settings.seed = 5;
    const auto variations = DrawForm::variationsOf(settings, 0.3, 4);
    ASSERT_EQ(variations.size(), 4);
    EXPECT_EQ(variations[0].seed, 5u);
    EXPECT_DOUBLE_EQ(variations[0].variation->strength, 0.3);
    EXPECT_NE(variations[0].variation->seed, variations[1].variation->seed);
}

TEST(DrawForm, CompactTextIsForDrawingTheSamePictureAgain) {
    ModelInfo model = largeModel();
    DrawSettings compact;
    compact.prompt = "a cat";
    compact.compactText = true;
    DrawForm form;
    form.setModel(model);
    form.apply(compact);
    EXPECT_FALSE(form.take()[0].compactText) << "this model has none";
    EXPECT_FALSE(form.adapted(compact).compactText);

    model.compactText = true;
    form.setModel(model);
    form.apply(compact);
    form.setPrompt("a cat");
    form.newSeed();
    EXPECT_TRUE(form.take()[0].compactText);
    form.setPrompt("a dog");
    EXPECT_FALSE(form.take()[0].compactText);
    form.apply(compact);
    form.setModel(model);
    EXPECT_FALSE(form.settings().compactText);
}

TEST(DrawForm, TellsOfChangesOnly) {
    DrawForm form;
    form.setSeed(3);
    QSignalSpy spy(&form, &DrawForm::changed);
    form.setSeed(3);
    form.setCount(1);
    EXPECT_EQ(spy.count(), 0);
    form.setCount(1000);
    EXPECT_EQ(spy.count(), 1);
    EXPECT_EQ(form.count(), DrawForm::maxCount);
}

}  // namespace
}  // namespace penjing::studio
