#include "image/infotext.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "image/infotext_grammar.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr std::string_view kVariationSeed = "Variation seed";
constexpr std::string_view kVariationStrength = "Variation seed strength";
constexpr std::string_view kStoppedAfter = "Stopped after";  // steps; a key of our own
constexpr std::string_view kText = "Text";                   // likewise; compact or absent
constexpr std::string_view kCompact = "compact";

template <typename T>
bool parseNumber(std::string_view text, T& out) {
    text = trimmedText(text);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size();
}

// A strength without a seed, or the other way round, is no variation.
std::optional<Variation> variationIn(const std::vector<InfotextSetting>& settings) {
    Variation variation;
    if (!parseNumber(settingValue(settings, kVariationSeed), variation.seed) ||
        !parseNumber(settingValue(settings, kVariationStrength), variation.strength))
        return std::nullopt;
    if (!(variation.strength > 0.0 && variation.strength <= 1.0))
        return std::nullopt;
    return variation;
}

int stoppedAfterIn(const std::vector<InfotextSetting>& settings, int steps) {
    int stopped = 0;
    return parseNumber(settingValue(settings, kStoppedAfter), stopped) && stopped > 0 && stopped < steps ? stopped : 0;
}

void readSize(std::string_view text, Recipe& recipe) {
    int width = 0, height = 0;
    const std::size_t cross = text.find('x');
    if (cross == std::string_view::npos || !parseNumber(text.substr(0, cross), width) ||
        !parseNumber(text.substr(cross + 1), height))
        return;
    if (width < 1 || height < 1 || width > 65535 || height > 65535)
        return;
    recipe.width = width;
    recipe.height = height;
}

void applySetting(const InfotextSetting& setting, Recipe& recipe) {
    if (setting.key == "Steps") {
        int steps = 0;
        if (parseNumber(setting.value, steps) && steps >= 1 && steps <= 10000)
            recipe.steps = steps;
    } else if (setting.key == "Seed") {
        std::uint64_t seed = 0;
        if (parseNumber(setting.value, seed))
            recipe.seed = seed;
    } else if (setting.key == "CFG scale") {
        double guidance = 0.0;
        if (parseNumber(setting.value, guidance) && std::isfinite(guidance) && guidance >= 0.0)
            recipe.guidance = guidance;
    } else if (setting.key == "Size") {
        readSize(setting.value, recipe);
    } else if (setting.key == "Model") {
        recipe.modelName = setting.value;
    } else if (setting.key == "Model hash") {
        recipe.modelHash = setting.value;
    }
}

std::string numberText(double value) {
    char text[32];
    const auto result = std::to_chars(text, text + sizeof text, value);
    return std::string(text, result.ptr);
}

std::string quotedIfNeeded(const std::string& value) {
    if (value.find_first_of(",:\n\"") == std::string::npos)
        return value;
    return json(value).dump(-1, ' ', false, json::error_handler_t::replace);
}

// The prompt as readers of this grammar can take it: a line that they would read as a negative prompt gets a space
// before its colon, control characters become spaces.
std::string promptLines(const std::string& prompt) {
    std::string lines;
    std::size_t begin = 0;
    while (begin <= prompt.size()) {
        const std::size_t end = std::min(prompt.find('\n', begin), prompt.size());
        std::string line(trimmedText(std::string_view(prompt).substr(begin, end - begin)));
        if (line.starts_with(kNegativePrompt))
            line.insert(kNegativePrompt.size() - 1, 1, ' ');
        for (char& c : line)
            if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
                c = ' ';
        lines += line + "\n";
        begin = end + 1;
    }
    return lines;
}

}  // namespace

std::string writeInfotext(const Recipe& recipe) {
    std::string text = promptLines(recipe.prompt);
    text += "Steps: " + std::to_string(recipe.steps);
    text += ", Sampler: Euler, CFG scale: " + numberText(recipe.guidance);
    text += ", Seed: " + std::to_string(recipe.seed);
    text += ", Size: " + std::to_string(recipe.width) + "x" + std::to_string(recipe.height);
    if (recipe.variation) {
        text += ", " + std::string(kVariationSeed) + ": " + std::to_string(recipe.variation->seed);
        text += ", " + std::string(kVariationStrength) + ": " + numberText(recipe.variation->strength);
    }
    if (recipe.stoppedAfter > 0)
        text += ", " + std::string(kStoppedAfter) + ": " + std::to_string(recipe.stoppedAfter);
    if (recipe.compactText)
        text += ", " + std::string(kText) + ": " + std::string(kCompact);
    if (!recipe.modelHash.empty())
        text += ", Model hash: " + quotedIfNeeded(recipe.modelHash.substr(0, 10));
    if (!recipe.modelName.empty())
        text += ", Model: " + quotedIfNeeded(recipe.modelName);
    text += ", RNG: CPU, Version: " + quotedIfNeeded("Penjing " + recipe.engineVersion);
    return text;
}

Recipe parseInfotext(std::string_view text) {
    const Infotext parts = splitInfotext(text);
    Recipe recipe;
    recipe.prompt = parts.prompt;
    for (const InfotextSetting& setting : parts.settings) applySetting(setting, recipe);
    recipe.variation = variationIn(parts.settings);
    recipe.stoppedAfter = stoppedAfterIn(parts.settings, recipe.steps);
    recipe.compactText = trimmedText(settingValue(parts.settings, kText)) == kCompact;
    return recipe;
}

}  // namespace penjing
