// InvokeAI: `invokeai_metadata` (flat JSON); before version 3 `sd-metadata` with the settings under "image".
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
    {"positive_prompt", Use::Prompt},
    {"seed", Use::Seed},
    {"steps", Use::Steps},
    {"cfg_scale", Use::Guidance},
    {"width", Use::Width},
    {"height", Use::Height},
    {"scheduler", Use::LeaveOut, "sampler", "euler"},
    {"sampler", Use::LeaveOut, "sampler", "k_euler"},
    {"guidance", Use::LeaveOut, "distilled guidance"},
    {"negative_prompt", Use::LeaveOut, "negative prompt"},
    {"positive_style_prompt", Use::LeaveOut, "style prompt"},
    {"negative_style_prompt", Use::LeaveOut, "negative style prompt"},
    {"strength", Use::LeaveOut, "denoising strength", "1"},
    {"init_image", Use::LeaveOut, "input image"},
    {"clip_skip", Use::LeaveOut, "clip skip", "0"},
    {"rand_device", Use::LeaveOut, "random number generator", "cpu"},
    {"generation_mode", Use::LeaveOut, "mode"},
    {"cfg_rescale_multiplier", Use::LeaveOut, "guidance rescale", "0"},
    {"cfg_scale_start_step", Use::LeaveOut, "first step with guidance", "0"},
    {"hrf_enabled", Use::LeaveOut, "hires fix"},
    {"hrf_*", Use::LeaveOut, "hires fix"},
    {"controlnets", Use::LeaveOut, "ControlNet"},
    {"ipAdapters", Use::LeaveOut, "IP-Adapter"},
    {"t2iAdapters", Use::LeaveOut, "T2I-Adapter"},
    {"seamless_x", Use::LeaveOut, "seamless tiling"},
    {"seamless_y", Use::LeaveOut, "seamless tiling"},
    {"threshold", Use::LeaveOut, "threshold", "0"},
    {"perlin", Use::LeaveOut, "perlin noise", "0"},
    {"model", Use::Ignore},
    {"vae", Use::Ignore},
    {"loras", Use::Ignore},
    {"prompt", Use::Ignore},
    {"app_version", Use::Ignore},
    {"canvas_v2_metadata", Use::Ignore},
    {"ref_images", Use::LeaveOut, "reference images"},
    {"regions", Use::LeaveOut, "regional guidance"},
    {"type", Use::Ignore},
    {"postprocessing", Use::LeaveOut, "postprocessing"},
});

// A model is {"name": …}, {"model_name": …} or, long ago, a name.
std::string modelName(const json& parent, std::string_view key) {
    const json* model = member(parent, key);
    if (!model)
        return {};
    if (!model->is_object())
        return scalarText(*model);
    const std::string name = textOf(*model, "name");
    return name.empty() ? textOf(*model, "model_name") : name;
}

bool isTextToImage(const json& document) {
    return textOf(document, "generation_mode").ends_with("txt2img") || textOf(document, "type") == "txt2img";
}

void applyDocument(RecipeDraft& draft, const json& document) {
    for (const auto& [key, value] : document.items()) {
        const bool saysNothing = key.ends_with("_encoder") || (key == "generation_mode" && isTextToImage(document));
        if (!saysNothing)
            applyJsonSetting(draft, kRules, key, value);
    }
    draft.setModel(modelName(document, "model"));
    draft.leaveOut("VAE", modelName(document, "vae"));
    if (const json* loras = member(document, "loras"))
        leaveOutLoras(draft, *loras);
}

// The prompt of old documents: a text, or [{"prompt": text, "weight": 1.0}, …].
void applyOldPrompt(RecipeDraft& draft, const json& image) {
    const json* prompt = member(image, "prompt");
    if (!prompt)
        return;
    if (!prompt->is_array())
        return draft.setPrompt(scalarText(*prompt));
    std::string text;
    for (const json& part : *prompt) text += (text.empty() ? "" : ", ") + textOf(part, "prompt");
    draft.setPrompt(text);
}

std::optional<ForeignRecipe> finished(const RecipeDraft& draft) {
    return draft.isUseful() ? std::optional(draft.recipe()) : std::nullopt;
}

std::optional<ForeignRecipe> readOld(std::string_view text) {
    const auto document = parseForeignJson(text);
    const json* image = document ? member(*document, "image") : nullptr;
    if (!image || !image->is_object())
        return std::nullopt;
    RecipeDraft draft("InvokeAI");
    applyOldPrompt(draft, *image);
    applyDocument(draft, *image);
    draft.setModel(textOf(*document, "model_weights"));
    return finished(draft);
}

}  // namespace

std::optional<ForeignRecipe> readInvokeAi(const PngTexts& texts) {
    if (const std::string* text = findText(texts, "invokeai_metadata")) {
        if (const auto document = parseForeignJson(*text)) {
            RecipeDraft draft("InvokeAI");
            applyDocument(draft, *document);
            return finished(draft);
        }
    }
    const std::string* old = findText(texts, "sd-metadata");
    return old ? readOld(*old) : std::nullopt;
}

}  // namespace penjing
