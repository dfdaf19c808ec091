#include "core/draw_settings.h"

#include <QJsonObject>

#include "core/json_fields.h"

namespace penjing::studio {
namespace {

constexpr int kLongestPrompt = 16 << 20;  // bytes; models read far less
constexpr int kLargestSide = 16384;
constexpr int kMostSteps = 1000;
constexpr double kMostGuidance = 100.0;

std::optional<Variation> variationFromJson(const QJsonObject& json) {
    const auto seed = jsonUnsigned(json, u"seed");
    const auto strength = jsonNumber(json, u"strength", 0.0, 1.0);
    if (!seed || !strength)
        return std::nullopt;
    return Variation{*seed, *strength};
}

}  // namespace

GenerateRequest toRequest(const DrawSettings& settings) {
    GenerateRequest request;
    request.prompt = settings.prompt.toStdString();
    request.seed = settings.seed;
    request.width = settings.width;
    request.height = settings.height;
    request.steps = settings.steps;
    request.guidance = settings.guidance;
    request.variation = settings.variation;
    request.compactText = settings.compactText;
    request.previewEvery = 1;
    return request;
}

DrawSettings fromRecipe(const Recipe& recipe) {
    DrawSettings settings;
    settings.prompt = QString::fromStdString(recipe.prompt);
    settings.seed = recipe.seed;
    settings.width = recipe.width;
    settings.height = recipe.height;
    settings.steps = recipe.steps;
    settings.guidance = recipe.guidance;
    settings.variation = recipe.variation;
    settings.compactText = recipe.compactText;
    settings.modelHash = QString::fromStdString(recipe.modelHash);
    return settings;
}

QJsonObject toJson(const DrawSettings& settings) {
    // Seeds are strings: JSON numbers are doubles here, which lose the low bits of large ones.
    QJsonObject json{{"prompt", settings.prompt}, {"seed", QString::number(settings.seed)},
                     {"width", settings.width},   {"height", settings.height},
                     {"steps", settings.steps},   {"model", settings.modelHash}};
    if (settings.guidance)
        json["guidance"] = *settings.guidance;
    if (settings.variation)
        json["variation"] = QJsonObject{{"seed", QString::number(settings.variation->seed)},
                                        {"strength", settings.variation->strength}};
    if (settings.compactText)
        json["compact_text"] = true;
    return json;
}

std::optional<DrawSettings> drawSettingsFromJson(const QJsonObject& json) {
    const auto prompt = jsonText(json, u"prompt", kLongestPrompt);
    const auto seed = jsonUnsigned(json, u"seed");
    const auto width = jsonInteger(json, u"width", 0, kLargestSide);
    const auto height = jsonInteger(json, u"height", 0, kLargestSide);
    const auto steps = jsonInteger(json, u"steps", 0, kMostSteps);
    const auto model = jsonText(json, u"model", 128);
    if (!prompt || !seed || !width || !height || !steps || !model)
        return std::nullopt;

    const QJsonValue compactText = json.value(u"compact_text");
    if (!compactText.isUndefined() && !compactText.isBool())
        return std::nullopt;

    DrawSettings settings{*prompt, *seed, *width, *height, *steps, {}, {}, compactText.toBool(), *model};
    if (json.contains(u"guidance")) {
        settings.guidance = jsonNumber(json, u"guidance", 0.0, kMostGuidance);
        if (!settings.guidance)
            return std::nullopt;
    }
    if (json.contains(u"variation")) {
        settings.variation = variationFromJson(json.value(u"variation").toObject());
        if (!settings.variation)
            return std::nullopt;
    }
    return settings;
}

}  // namespace penjing::studio
