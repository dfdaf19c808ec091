#include "synth/presets.h"

#include <array>

namespace penjing {
namespace {

constexpr std::array<std::string_view, 4> kNames{"klein-4b", "seedling", "tiny", "tiny-klein"};

// Any linear picture of the latents will do for random weights: every third channel to one colour.
PreviewConfig plainPreview(int channels) {
    PreviewConfig preview;
    for (int c = 0; c < channels; ++c) {
        std::array<float, 3> row{};
        row[static_cast<std::size_t>(c % 3)] = 0.25f;
        preview.factors.push_back(row);
    }
    preview.bias = {0.5f, 0.5f, 0.5f};
    return preview;
}

// Qwen3's chat template with the tokens of byteBpeModel().
TokenizerConfig qwenTokenizer(int length) {
    TokenizerConfig c{std::string(kQwenTokenizerType)};
    c.pad = 256;
    c.maxSequenceLength = length;
    c.prefix = "<|im_start|>user\n";
    c.suffix = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";
    return c;
}

SynthRecipe klein4b() {
    SynthRecipe recipe{
        "Synthetic klein 4B (random weights)", {}, WeightFormat::Q4, WeightFormat::Q4, WeightFormat::BF16};
    ModelConfig& c = recipe.config;
    c.textEncoder = {2560, 36, 32, 8, 128, 9728, 151936, 1e-6f, 1e6, {9, 18, 27}};
    c.tokenizer = qwenTokenizer(512);
    c.transformer = {128, 5, 20, 128, 24, 7680, 256, 3.0, {32, 32, 32, 32}, 2000.0, 1e-6f};
    c.vae = {32, {128, 256, 512, 512}, 2, 32, 2, 1e-4f, true, true};
    c.scheduler = {3.0, DynamicMu::Flux2Empirical};
    c.defaults = {512, 512, 4, 1.0};
    c.minSize = 64;
    c.maxSize = 2048;
    return recipe;
}

SynthRecipe seedling() {
    SynthRecipe recipe{
        "Synthetic Seedling (random weights)", {}, WeightFormat::T3, WeightFormat::BF16, WeightFormat::BF16};
    ModelConfig& c = recipe.config;
    c.textEncoder = {256, 2, 4, 2, 64, 768, 2048, 1e-6f, 1e4, {1, 2}};
    c.tokenizer = {"sentencepiece", 2, 3, 0, 20};
    c.transformer = {32, 1, 5, 64, 4, 512, 256, 3.0, {16, 16, 16, 16}, 2000.0, 1e-6f};
    c.vae = {8, {16, 32, 64, 96}, 1, 8, 2, 1e-4f, true, true};
    c.scheduler = {2.0, DynamicMu::None};
    c.defaults = {96, 96, 16, 3.0};
    c.minSize = 96;
    c.maxSize = 96;
    return recipe;
}

SynthRecipe tiny() {
    SynthRecipe recipe{"Synthetic tiny (random weights)", {}, WeightFormat::Q4, WeightFormat::Q8, WeightFormat::Q8};
    ModelConfig& c = recipe.config;
    c.textEncoder = {128, 2, 2, 1, 64, 128, 384, 1e-6f, 1e4, {1, 2}};
    c.tokenizer = {"sentencepiece", 2, 3, 0, 16};
    c.transformer = {16, 1, 2, 64, 2, 256, 128, 2.0, {16, 16, 16, 16}, 2000.0, 1e-6f};
    c.vae = {4, {8, 8, 16, 16}, 1, 4, 2, 1e-4f, true, true};
    c.scheduler = {2.0, DynamicMu::None};
    c.defaults = {64, 64, 4, 2.0};
    c.minSize = 32;
    c.maxSize = 256;
    return recipe;
}

SynthRecipe tinyKlein() {
    SynthRecipe recipe = tiny();
    recipe.name = "Synthetic tiny klein (random weights)";
    ModelConfig& c = recipe.config;
    c.tokenizer = qwenTokenizer(64);
    c.scheduler = {3.0, DynamicMu::Flux2Empirical};
    c.defaults.guidance = 1.0;
    return recipe;
}

}  // namespace

std::span<const std::string_view> synthPresetNames() {
    return kNames;
}

std::optional<SynthPreset> synthPresetByName(std::string_view name) {
    for (std::size_t i = 0; i < kNames.size(); ++i)
        if (kNames[i] == name)
            return static_cast<SynthPreset>(i);
    return std::nullopt;
}

SynthRecipe synthRecipe(SynthPreset preset) {
    SynthRecipe recipe;
    switch (preset) {
        case SynthPreset::Klein4b:
            recipe = klein4b();
            break;
        case SynthPreset::Seedling:
            recipe = seedling();
            break;
        case SynthPreset::Tiny:
            recipe = tiny();
            break;
        case SynthPreset::TinyKlein:
            recipe = tinyKlein();
            break;
    }
    recipe.config.preview = plainPreview(recipe.config.vae.latentChannels);
    return recipe;
}

}  // namespace penjing
