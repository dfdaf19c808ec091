// SwarmUI: `parameters` holds {"sui_image_params": {…}, "sui_extra_data": {…}, "sui_models": […]}.
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
    {"seed", Use::Seed},
    {"steps", Use::Steps},
    {"cfgscale", Use::Guidance},
    {"width", Use::Width},
    {"height", Use::Height},
    {"model", Use::Model},
    {"negativeprompt", Use::LeaveOut, "negative prompt"},
    {"sampler", Use::LeaveOut, "sampler", "euler"},
    {"scheduler", Use::LeaveOut, "scheduler"},
    {"fluxguidancescale", Use::LeaveOut, "distilled guidance"},
    {"sigmashift", Use::LeaveOut, "shift"},
    {"vae", Use::LeaveOut, "VAE", "Automatic"},
    {"clipstopatlayer", Use::LeaveOut, "clip skip", "-1"},
    {"initimage", Use::LeaveOut, "input image"},
    {"initimagecreativity", Use::LeaveOut, "denoising strength"},
    {"maskimage", Use::LeaveOut, "mask"},
    {"variationseed", Use::LeaveOut, "variation seed"},
    {"variationseedstrength", Use::LeaveOut, "variation strength", "0"},
    {"refinermodel", Use::LeaveOut, "refiner"},
    {"refinercontrolpercentage", Use::LeaveOut, "refiner share"},
    {"refinermethod", Use::LeaveOut, "refiner method"},
    {"refinersteps", Use::LeaveOut, "refiner steps"},
    {"refinercfgscale", Use::LeaveOut, "refiner guidance"},
    {"refinerupscale", Use::LeaveOut, "refiner upscaling", "1"},
    {"refinerupscalemethod", Use::LeaveOut, "refiner upscaler"},
    {"controlnetmodel", Use::LeaveOut, "ControlNet"},
    {"controlnet*", Use::LeaveOut, "ControlNet"},
    {"loras", Use::Ignore},
    {"loraweights", Use::Ignore},
    {"lorasectionconfinement", Use::Ignore},
    {"aspectratio", Use::Ignore},
    {"images", Use::Ignore},
    {"batchsize", Use::Ignore},
    {"imageformat", Use::Ignore},
    {"nopreviews", Use::Ignore},
    {"automaticvae", Use::Ignore},
    {"wildcardseed", Use::Ignore},
    {"personalnote", Use::Ignore},
    {"swarm_version", Use::Ignore},
    {"date", Use::Ignore},
    {"generation_time", Use::Ignore},
    {"original_prompt", Use::Ignore},
    {"used_wildcards", Use::Ignore},
});

}  // namespace

std::optional<ForeignRecipe> readSwarmUi(const json& document) {
    const json* parameters = member(document, "sui_image_params");
    if (!parameters || !parameters->is_object())
        return std::nullopt;
    RecipeDraft draft("SwarmUI");
    applySettings(draft, kRules, *parameters);
    if (const json* loras = member(*parameters, "loras"))
        leaveOutLoras(draft, *loras);
    if (!draft.isUseful())
        return std::nullopt;
    return draft.recipe();
}

}  // namespace penjing
