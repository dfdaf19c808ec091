// Draw Things: XMP with JSON in exif:UserComment, and the same in short as text in dc:description.
#include <array>
#include <nlohmann/json.hpp>

#include "image/foreign/foreign_json.h"
#include "image/foreign/lora_names.h"
#include "image/foreign/readers.h"
#include "image/foreign/setting_rules.h"
#include "image/foreign/xmp_text.h"
#include "image/infotext_grammar.h"

namespace penjing {
namespace {

using nlohmann::json;
using Use = SettingRule::Use;

constexpr auto kRules = std::to_array<SettingRule>({
    {"c", Use::Prompt},
    {"seed", Use::Seed},
    {"steps", Use::Steps},
    {"scale", Use::Guidance},
    {"size", Use::Size},
    {"model", Use::Model},
    {"uc", Use::LeaveOut, "negative prompt"},
    {"strength", Use::LeaveOut, "denoising strength", "1"},
    {"seed_mode", Use::LeaveOut, "seed mode"},
    {"clip_skip", Use::LeaveOut, "clip skip", "1"},
    {"hires_fix", Use::LeaveOut, "hires fix"},
    {"control", Use::LeaveOut, "ControlNet"},
    {"lora", Use::Ignore},
    {"v2", Use::Ignore},  // everything again, and much that did nothing
    {"profile", Use::Ignore},
});

constexpr auto kDescriptionRules = std::to_array<SettingRule>({
    {"Seed", Use::Seed},
    {"Steps", Use::Steps},
    {"Guidance Scale", Use::Guidance},
    {"Size", Use::Size},
    {"Model", Use::Model},
    {"Strength", Use::LeaveOut, "denoising strength", "1"},
});

std::optional<ForeignRecipe> finished(const RecipeDraft& draft) {
    return draft.isUseful() ? std::optional(draft.recipe()) : std::nullopt;
}

std::optional<ForeignRecipe> readComment(const json& document) {
    RecipeDraft draft("Draw Things");
    applySettings(draft, kRules, document);
    if (const json* loras = member(document, "lora"))
        leaveOutLoras(draft, *loras);
    return finished(draft);
}

// Prompt lines, "-" and the negative prompt, settings. The prompt may have a line that starts with "-", so the last one
// counts.
std::optional<ForeignRecipe> readDescription(const std::string& description) {
    const Infotext parts = splitInfotext(description);
    if (parts.settings.empty())
        return std::nullopt;
    RecipeDraft draft("Draw Things");
    const std::size_t negative = parts.prompt.rfind("\n-");
    draft.setPrompt(std::string_view(parts.prompt).substr(0, negative));
    if (negative != std::string::npos)
        draft.leaveOut("negative prompt", std::string_view(parts.prompt).substr(negative + 2));
    for (const InfotextSetting& setting : parts.settings)
        applySetting(draft, kDescriptionRules, setting.key, setting.value);
    return finished(draft);
}

}  // namespace

std::optional<ForeignRecipe> readDrawThings(const PngTexts& texts) {
    const std::string* xmp = findText(texts, "XML:com.adobe.xmp");
    if (!xmp || xmp->find("Draw Things") == std::string::npos)
        return std::nullopt;
    if (const auto document = parseForeignJson(xmpText(*xmp, "exif:UserComment")))
        if (auto recipe = readComment(*document))
            return recipe;
    return readDescription(xmpText(*xmp, "dc:description"));
}

}  // namespace penjing
