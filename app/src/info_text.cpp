#include "info_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <vector>

#include "text_layout.h"

namespace penjing::cli {
namespace {

std::string numberText(double number) {
    char text[48];
    std::snprintf(text, sizeof text, "%.4g", number);
    return text;
}

std::string sizeText(int width, int height) {
    return std::to_string(width) + "x" + std::to_string(height);
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

std::string attributionRows(const std::string& attribution) {
    std::string rows;
    for (const auto& line : linesOf(attribution)) rows += row(rows.empty() ? "attribution" : "", line);
    return rows;
}

// How many tensors there are in each format, and their bytes.
std::string tensorRows(const ModelInfo& info) {
    struct Total {
        int tensors = 0;
        std::uint64_t bytes = 0;
    };
    std::map<std::string, Total> totals;
    for (const auto& tensor : info.tensors) {
        Total& total = totals[tensor.format];
        ++total.tensors;
        total.bytes += tensor.bytes;
    }
    std::string rows;
    for (const auto& [format, total] : totals)
        rows += row(rows.empty() ? "tensors" : "",
                    format + ": " + std::to_string(total.tensors) + ", " + bytesText(total.bytes));
    return rows;
}

}  // namespace

std::string describe(const ModelInfo& info) {
    const std::string sizes = info.minSize == info.maxSize
                                  ? std::to_string(info.minSize)
                                  : std::to_string(info.minSize) + " to " + std::to_string(info.maxSize) +
                                        " in multiples of " + std::to_string(info.sizeMultiple);
    std::string text =
        row("model", info.name) + row("licence", info.license) + attributionRows(info.attribution) +
        row("hash", info.hash) + row("file", bytesText(info.fileBytes)) +
        row("parameters", "text encoder " + countText(info.textEncoderParameters) + ", transformer " +
                              countText(info.transformerParameters) + ", decoder " + countText(info.vaeParameters)) +
        row("weights", numberText(info.bitsPerWeight) + " bits in the low-bit matrices") + tensorRows(info) +
        row("draws", sizeText(info.defaultWidth, info.defaultHeight) + ", " + std::to_string(info.defaultSteps) +
                         " steps, guidance " + numberText(info.defaultGuidance) + "; sides of " + sizes + " pixels") +
        row("previews", info.previews ? "yes" : "no");
    if (info.subjects.empty())
        return text + row("subjects", "anything");
    return text + listRow("subjects", info.subjects) + listRow("styles", info.styles) + listRow("colours", info.colors);
}

std::string stepsText(const Recipe& recipe) {
    const std::string steps = std::to_string(recipe.steps);
    return recipe.stoppedAfter > 0 ? std::to_string(recipe.stoppedAfter) + " of " + steps : steps;
}

std::string variationText(const Variation& variation) {
    return "seed " + std::to_string(variation.seed) + ", strength " + numberText(variation.strength);
}

std::string describe(const Recipe& recipe) {
    std::string text = row("prompt", recipe.prompt) + row("seed", std::to_string(recipe.seed)) +
                       row("steps", stepsText(recipe)) + row("guidance", numberText(recipe.guidance)) +
                       row("size", sizeText(recipe.width, recipe.height));
    const auto optional = [&text](const char* label, const std::string& value) {
        if (!value.empty())
            text += row(label, value);
    };
    if (recipe.variation)
        text += row("variation", variationText(*recipe.variation));
    optional("text", recipe.compactText ? "compact" : "");
    optional("model", recipe.modelName);
    optional("model hash", recipe.modelHash);
    optional("kernels", recipe.kernels);
    optional("precision", recipe.precision);
    optional("version", recipe.engineVersion);
    optional("pixel hash", recipe.pixelHash);
    optional("created", recipe.created);
    return text;
}

std::string describe(const ForeignRecipe& recipe) {
    if (recipe.recipe)
        return describe(*recipe.recipe);
    std::string text = row("drawn by", recipe.program);
    const auto optional = [&text](const char* label, const std::string& value) {
        if (!value.empty())
            text += row(label, value);
    };
    const auto number = [](const std::optional<int>& value) { return value ? std::to_string(*value) : std::string(); };
    optional("prompt", recipe.prompt);
    optional("seed", recipe.seed ? std::to_string(*recipe.seed) : "");
    optional("steps", number(recipe.steps));
    optional("guidance", recipe.guidance ? numberText(*recipe.guidance) : "");
    optional("width", number(recipe.width));
    optional("height", number(recipe.height));
    optional("model", recipe.modelName);
    return text + listRow("not usable", recipe.notTaken);
}

}  // namespace penjing::cli
