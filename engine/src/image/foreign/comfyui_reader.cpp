// ComfyUI keeps no settings but the graph that drew the picture: `prompt` in the format of its API, `workflow` as its
// window shows it.
#include <array>
#include <utility>

#include "image/foreign/comfyui_graph.h"
#include "image/foreign/comfyui_prompt.h"
#include "image/foreign/comfyui_sampler.h"
#include "image/foreign/foreign_json.h"
#include "image/foreign/lora_names.h"
#include "image/foreign/readers.h"
#include "image/foreign/setting_rules.h"

namespace penjing {
namespace {

using nlohmann::json;
using Node = ComfyGraph::Node;
using Nodes = std::vector<const Node*>;
using Use = SettingRule::Use;

constexpr auto kSamplerRules = std::to_array<SettingRule>({
    {"seed", Use::Seed},
    {"steps", Use::Steps},
    {"cfg", Use::Guidance},
    {"sampler_name", Use::LeaveOut, "sampler", "euler"},
    {"scheduler", Use::LeaveOut, "scheduler"},
    {"denoise", Use::LeaveOut, "denoising strength", "1"},
});

// Settings told by their name in whatever node the sampler depends on.
constexpr auto kInputRules = std::to_array<SettingRule>({
    {"control_net_name", Use::LeaveOut, "ControlNet"},
    {"ipadapter_file", Use::LeaveOut, "IP-Adapter"},
    {"style_model_name", Use::LeaveOut, "style model"},
    {"stop_at_clip_layer", Use::LeaveOut, "clip skip", "-1"},
    {"guidance", Use::LeaveOut, "distilled guidance"},
    {"shift", Use::LeaveOut, "shift"},
    {"max_shift", Use::LeaveOut, "shift"},
});

bool nameContains(const Node& node, std::string_view part) {
    return ComfyGraph::type(node).find(part) != std::string_view::npos;
}

// The first of `names` that the sampler, or the node that does this part of its work, has.
void applySamplerSetting(const ComfyGraph& graph, const Node& sampler, const std::vector<std::string_view>& names,
                         const std::vector<std::string_view>& helpers, RecipeDraft& draft) {
    const std::string_view key = names.front();
    std::optional<std::string> value = graph.value(sampler, names);
    for (const std::string_view helper : helpers)
        for (const Node* node : graph.upstream(value ? nullptr : graph.source(sampler, helper)))
            if (!value)
                value = graph.value(*node, names);
    if (value)
        applySetting(draft, kSamplerRules, key, value->empty() ? "computed by a node" : *value);
}

void applySampler(const ComfyGraph& graph, const Node& sampler, RecipeDraft& draft) {
    applySamplerSetting(graph, sampler, {"seed", "noise_seed"}, {"noise"}, draft);
    applySamplerSetting(graph, sampler, {"steps"}, {"sigmas"}, draft);
    applySamplerSetting(graph, sampler, {"cfg", "cfg_conds"}, {}, draft);
    if (const Node* guider = graph.source(sampler, "guider"))
        applySamplerSetting(graph, *guider, {"cfg", "cfg_conds"}, {}, draft);
    applySamplerSetting(graph, sampler, {"sampler_name"}, {"sampler"}, draft);
    applySamplerSetting(graph, sampler, {"scheduler"}, {"sigmas"}, draft);
    applySamplerSetting(graph, sampler, {"denoise"}, {"sigmas"}, draft);
}

// Of the latents that the sampler starts from; the nearest node with a width knows.
void applySize(const ComfyGraph& graph, const Node& sampler, RecipeDraft& draft) {
    for (const std::string_view input : {"latent_image", "latent", "sigmas"}) {
        for (const Node* node : graph.upstream(graph.source(sampler, input))) {
            const auto width = graph.value(*node, {"width"});
            const auto height = graph.value(*node, {"height"});
            if (!width || !height)
                continue;
            draft.setWidth(width->empty() ? "computed by a node" : *width);
            draft.setHeight(height->empty() ? "computed by a node" : *height);
            return;
        }
    }
}

void applyModel(const ComfyGraph& graph, const Node& sampler, RecipeDraft& draft) {
    const Node* model = graph.source(sampler, "model");
    if (const Node* guider = graph.source(sampler, "guider"); !model && guider)
        model = graph.source(*guider, "model");
    for (const Node* node : graph.upstream(model))
        for (const std::string_view name : {"unet_name", "ckpt_name", "gguf_name", "model_name"})
            draft.setModel(graph.value(*node, {name}).value_or(""));
}

// LoRA loaders have "lora_name", or numbered slots: texts, or {"on": true, "lora": name, "strength": 1}.
void leaveOutLora(std::string_view key, const json& value, RecipeDraft& draft) {
    if (!key.starts_with("lora_"))
        return;
    const bool isName = value.is_string() && (key == "lora_name" || scalarText(value).ends_with(".safetensors"));
    const bool isSlot = value.is_object() && textOf(value, "on") == "true";
    if (isName || isSlot)
        leaveOutLoras(draft, json::array({value}));
}

void leaveOutDependencies(const ComfyGraph& graph, const Node& sampler, RecipeDraft& draft) {
    for (const Node* node : graph.upstream(&sampler)) {
        for (const auto& [key, value] : ComfyGraph::inputs(*node).items()) {
            leaveOutLora(key, value, draft);
            for (const SettingRule& rule : kInputRules)
                if (rule.key == key && !value.is_structured())
                    applySetting(draft, kInputRules, key, scalarText(value));
        }
        if (nameContains(*node, "LoadImage"))
            draft.leaveOut("input image");
        if (nameContains(*node, "ReferenceLatent"))
            draft.leaveOut("reference image");
    }
}

// What else was done in the graph, before or after.
void leaveOutOtherNodes(const ComfyGraph& graph, const Nodes& samplers, RecipeDraft& draft) {
    if (samplers.size() > 1)
        draft.leaveOut("further sampling passes");
    for (const Node* node : graph.nodes()) {
        if (nameContains(*node, "Detailer"))
            draft.leaveOut("face detailer");
        if (nameContains(*node, "Upscale"))
            draft.leaveOut("upscaling");
    }
}

std::optional<ForeignRecipe> readGraph(const json& nodes) {
    const ComfyGraph graph(nodes);
    const Nodes samplers = comfySamplers(graph);
    const Node* sampler = comfyFirstSampler(graph, samplers);
    if (!sampler)
        return std::nullopt;
    RecipeDraft draft("ComfyUI");
    draft.setPrompt(comfyPrompt(graph, *sampler, Conditioning::Positive));
    draft.leaveOut("negative prompt", comfyPrompt(graph, *sampler, Conditioning::Negative));
    applySampler(graph, *sampler, draft);
    applySize(graph, *sampler, draft);
    applyModel(graph, *sampler, draft);
    leaveOutDependencies(graph, *sampler, draft);
    leaveOutOtherNodes(graph, samplers, draft);
    if (!draft.isUseful())
        return std::nullopt;
    return draft.recipe();
}

}  // namespace

std::optional<ForeignRecipe> readComfyUi(const PngTexts& texts) {
    if (const std::string* text = findText(texts, "prompt"))
        if (const auto nodes = parseForeignJson(*text))
            if (auto recipe = readGraph(*nodes))
                return recipe;
    if (const std::string* text = findText(texts, "workflow"))
        if (const auto workflow = parseForeignJson(*text))
            return readGraph(comfyNodesOfWorkflow(*workflow));
    return std::nullopt;
}

}  // namespace penjing
