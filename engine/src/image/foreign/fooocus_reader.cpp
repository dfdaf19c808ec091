// Fooocus: `parameters` holds flat JSON where `fooocus_scheme` is "fooocus" (its other scheme is the text of infotext);
// older versions kept the same under `Comment` with the labels of their window as keys.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "image/foreign/foreign_json.h"
#include "image/foreign/lora_names.h"
#include "image/foreign/readers.h"
#include "image/foreign/setting_rules.h"

namespace penjing {
namespace {

using nlohmann::json;
using Use = SettingRule::Use;

constexpr auto kRules = std::to_array<SettingRule>({
    {"prompt", Use::Prompt},
    {"Prompt", Use::Prompt},
    {"seed", Use::Seed},
    {"Seed", Use::Seed},
    {"steps", Use::Steps},
    {"Steps", Use::Steps},
    {"guidance_scale", Use::Guidance},
    {"Guidance Scale", Use::Guidance},
    {"resolution", Use::Size},
    {"Resolution", Use::Size},
    {"base_model", Use::Model},
    {"Base Model", Use::Model},
    {"sampler", Use::LeaveOut, "sampler", "euler"},
    {"Sampler", Use::LeaveOut, "sampler", "euler"},
    {"styles", Use::LeaveOut, "styles", "[]"},
    {"vae", Use::LeaveOut, "VAE", "Default (model)"},
    {"adm_guidance", Use::LeaveOut, "ADM guidance"},
    {"freeu", Use::LeaveOut, "FreeU"},
    {"base_model_hash", Use::Ignore},
    {"refiner_model_hash", Use::Ignore},
    {"full_prompt", Use::Ignore},
    {"full_negative_prompt", Use::Ignore},
    {"loras", Use::Ignore},
    {"lora_combined_*", Use::Ignore},
    {"LoRA *", Use::Ignore},
    {"metadata_scheme", Use::Ignore},
    {"created_by", Use::Ignore},
    {"version", Use::Ignore},
    {"Version", Use::Ignore},
});

// "(1152, 896)", as Python prints a pair, to "1152x896"; also "1152×896 (9:7)".
std::string sizeText(std::string_view pair) {
    const auto takeDigits = [&pair] {
        pair.remove_prefix(std::min(pair.find_first_of("0123456789"), pair.size()));
        const std::string_view digits = pair.substr(0, pair.find_first_not_of("0123456789"));
        pair.remove_prefix(digits.size());
        return std::string(digits);
    };
    const std::string width = takeDigits();
    return width + "x" + takeDigits();
}

// "True : name : 0.5" or "name : 0.5".
void leaveOutCombinedLora(RecipeDraft& draft, std::string_view text) {
    if (text.starts_with("False : "))
        return;
    if (text.starts_with("True : "))
        text.remove_prefix(7);
    leaveOutLoras(draft, text.substr(0, text.find(" : ")));
}

}  // namespace

std::optional<ForeignRecipe> readFooocus(const json& document) {
    if (!member(document, "base_model") && !member(document, "Base Model"))
        return std::nullopt;
    RecipeDraft draft("Fooocus");
    for (const auto& [key, value] : document.items()) {
        if (key == "resolution" || key == "Resolution")
            draft.setSize(sizeText(scalarText(value)));
        else if (key.starts_with("lora_combined_") || key.starts_with("LoRA "))
            leaveOutCombinedLora(draft, scalarText(value));
        else
            applyJsonSetting(draft, kRules, key, value);
    }
    if (const json* loras = member(document, "loras"))
        leaveOutLoras(draft, *loras);
    if (!draft.isUseful())
        return std::nullopt;
    return draft.recipe();
}

}  // namespace penjing
