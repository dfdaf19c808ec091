// stable-diffusion.cpp ends its `parameters` line with a document of the schema sdcpp.image.params/v1.
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

// It writes all settings, also those that did nothing: "off" holds its defaults.
constexpr auto kRules = std::to_array<SettingRule>({
    {"seed", Use::Seed},
    {"width", Use::Width},
    {"height", Use::Height},
    {"clip_skip", Use::LeaveOut, "clip skip", "-1"},
    {"rng", Use::LeaveOut, "random number generator", "cpu"},
    {"strength", Use::LeaveOut, "denoising strength", "0.75"},
    {"control_strength", Use::LeaveOut, "ControlNet strength", "0.9"},
});

constexpr auto kSamplingRules = std::to_array<SettingRule>({
    {"steps", Use::Steps},
    {"sample_steps", Use::Steps},
    {"method", Use::LeaveOut, "sampler", "euler"},
    {"sample_method", Use::LeaveOut, "sampler", "euler"},
    {"scheduler", Use::LeaveOut, "scheduler"},
    {"eta", Use::LeaveOut, "eta", "0"},
    {"flow_shift", Use::LeaveOut, "shift", "0"},
    {"custom_sigmas", Use::LeaveOut, "sigmas"},
    {"shifted_timestep", Use::LeaveOut, "shifted timestep", "0"},
    {"extra_sample_args", Use::LeaveOut, "extra sampler settings"},
    {"guidance", Use::Ignore},
});

constexpr auto kGuidanceRules = std::to_array<SettingRule>({
    {"txt_cfg", Use::Guidance},
    {"distilled_guidance", Use::LeaveOut, "distilled guidance", "0"},
});

void applyModels(RecipeDraft& draft, const json& models) {
    draft.setModel(textOf(models, "diffusion_model"));
    draft.setModel(textOf(models, "model"));
    draft.leaveOut("VAE", textOf(models, "vae"));
    draft.leaveOut("ControlNet", textOf(models, "control_net"));
}

const json& objectOf(const json& parent, std::string_view key) {
    static const json empty = json::object();
    const json* value = member(parent, key);
    return value && value->is_object() ? *value : empty;
}

}  // namespace

std::optional<ForeignRecipe> readSdcpp(const json& document) {
    if (!textOf(document, "schema").starts_with("sdcpp.image.params/"))
        return std::nullopt;
    RecipeDraft draft("stable-diffusion.cpp");
    const json& prompt = objectOf(document, "prompt");
    draft.setPrompt(textOf(prompt, "positive"));
    draft.leaveOut("negative prompt", textOf(prompt, "negative"));
    for (const SettingRule& rule : kRules) applySetting(draft, kRules, rule.key, textOf(document, rule.key));
    const json& sampling = objectOf(document, "sampling");
    applySettings(draft, kSamplingRules, sampling);
    const json& guidance = objectOf(sampling, "guidance");
    for (const SettingRule& rule : kGuidanceRules)
        applySetting(draft, kGuidanceRules, rule.key, textOf(guidance, rule.key));
    applyModels(draft, objectOf(document, "models"));
    if (const json* loras = member(document, "loras"))
        leaveOutLoras(draft, *loras);
    if (textOf(objectOf(document, "hires"), "enabled") == "true")
        draft.leaveOut("hires fix");
    if (!draft.isUseful())
        return std::nullopt;
    return draft.recipe();
}

}  // namespace penjing
