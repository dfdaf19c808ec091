#include <array>
#include <map>

#include "image/foreign/comfyui_graph.h"
#include "image/foreign/foreign_json.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr int kMuted = 2;
constexpr int kBypassed = 4;

struct WidgetNames {
    std::string_view type;  // a '*' at the end stands for anything
    std::array<std::string_view, 9> names;
};

// A workflow lists the values of a node without their names, in the order in which the window shows them. What follows
// a seed ("fixed", "randomize") is skipped, since not all versions write it.
constexpr auto kWidgets = std::to_array<WidgetNames>({
    {"KSampler", {"seed", "steps", "cfg", "sampler_name", "scheduler", "denoise"}},
    {"KSamplerAdvanced",
     {"add_noise", "noise_seed", "steps", "cfg", "sampler_name", "scheduler", "start_at_step", "end_at_step",
      "return_with_leftover_noise"}},
    {"SamplerCustom", {"add_noise", "noise_seed", "cfg"}},
    {"RandomNoise", {"noise_seed"}},
    {"KSamplerSelect", {"sampler_name"}},
    {"BasicScheduler", {"scheduler", "steps", "denoise"}},
    {"Flux2Scheduler", {"steps", "width", "height"}},
    {"CFGGuider", {"cfg"}},
    {"FluxGuidance", {"guidance"}},
    {"ModelSamplingSD3", {"shift"}},
    {"ModelSamplingAuraFlow", {"shift"}},
    {"ModelSamplingFlux", {"max_shift", "base_shift", "width", "height"}},
    {"CLIPTextEncode", {"text"}},
    {"CLIPTextEncodeFlux", {"clip_l", "t5xxl", "guidance"}},
    {"CLIPSetLastLayer", {"stop_at_clip_layer"}},
    {"Empty*", {"width", "height"}},
    {"CheckpointLoader*", {"ckpt_name"}},
    {"UNETLoader", {"unet_name"}},
    {"UnetLoaderGGUF*", {"unet_name"}},
    {"LoraLoader*", {"lora_name"}},
    {"ControlNetLoader", {"control_net_name"}},
    {"Primitive*", {"value"}},
    {"StringConcatenate", {"string_a", "string_b", "delimiter"}},
});

const WidgetNames* widgetsOf(std::string_view type) {
    for (const WidgetNames& widgets : kWidgets) {
        const bool matches = widgets.type.ends_with('*')
                                 ? type.starts_with(widgets.type.substr(0, widgets.type.size() - 1))
                                 : type == widgets.type;
        if (matches)
            return &widgets;
    }
    return nullptr;
}

bool isSeedControl(const json& value) {
    if (!value.is_string())
        return false;
    const std::string text = value.get<std::string>();
    return text == "fixed" || text == "randomize" || text == "increment" || text == "decrement";
}

void addWidgetValues(const json& node, std::string_view type, json& inputs) {
    const json* values = member(node, "widgets_values");
    if (!values)
        return;
    if (values->is_object()) {
        for (const auto& [name, value] : values->items()) inputs.emplace(name, value);
        return;
    }
    const WidgetNames* widgets = widgetsOf(type);
    if (!widgets || !values->is_array())
        return;
    std::size_t at = 0;
    for (const json& value : *values) {
        if (at > 0 && widgets->names[at - 1].ends_with("seed") && isSeedControl(value))
            continue;
        if (at == widgets->names.size() || widgets->names[at].empty())
            return;
        inputs.emplace(widgets->names[at++], value);  // a link to the same input stays
    }
}

int modeOf(const json& node) {
    const std::string mode = textOf(node, "mode");
    return mode == "2" ? kMuted : mode == "4" ? kBypassed : 0;
}

// Links are [link, from node, from output, to node, to input, type], or objects of the same.
class WorkflowLinks {
public:
    WorkflowLinks(const json& links, const json& nodes) {
        for (const json& link : links) {
            if (link.is_array() && link.size() >= 6)
                origins_[scalarText(link[0])] = {scalarText(link[1]), scalarText(link[5])};
            else if (link.is_object())
                origins_[textOf(link, "id")] = {textOf(link, "origin_id"), textOf(link, "type")};
        }
        for (const json& node : nodes)
            if (modeOf(node) == kBypassed)
                bypassed_[textOf(node, "id")] = &node;
    }

    // The node that a link comes from; a bypassed one hands on its input of the link's type. Empty if there is none.
    std::string origin(std::string link) const {
        constexpr int kMostInARow = 16;
        for (int i = 0; i < kMostInARow; ++i) {
            const auto found = origins_.find(link);
            if (found == origins_.end())
                return {};
            const auto node = bypassed_.find(found->second.node);
            if (node == bypassed_.end())
                return found->second.node;
            link = linkOfType(*node->second, found->second.type);
        }
        return {};
    }

private:
    struct Origin {
        std::string node;
        std::string type;
    };

    static std::string linkOfType(const json& node, const std::string& type) {
        if (const json* inputs = member(node, "inputs"); inputs && inputs->is_array())
            for (const json& input : *inputs)
                if (textOf(input, "type") == type)
                    return textOf(input, "link");
        return {};
    }

    std::map<std::string, Origin> origins_;
    std::map<std::string, const json*> bypassed_;
};

// The inputs of a node as names and links. Unnamed ones, as of a reroute, are called "input".
void addLinkedInputs(const json& node, const WorkflowLinks& links, json& inputs) {
    const json* list = member(node, "inputs");
    if (!list || !list->is_array())
        return;
    for (const json& input : *list) {
        const std::string origin = links.origin(textOf(input, "link"));
        if (origin.empty())
            continue;
        const std::string name = textOf(input, "name");
        inputs.emplace(name.empty() ? "input" : name, json::array({origin, 0}));
    }
}

const json& arrayOf(const json& parent, std::string_view key) {
    static const json empty = json::array();
    const json* value = member(parent, key);
    return value && value->is_array() ? *value : empty;
}

}  // namespace

json comfyNodesOfWorkflow(const json& workflow) {
    const json& nodes = arrayOf(workflow, "nodes");
    const WorkflowLinks links(arrayOf(workflow, "links"), nodes);
    json result = json::object();
    for (const json& node : nodes) {
        if (modeOf(node) != 0)
            continue;
        const std::string type = textOf(node, "type");
        json inputs = json::object();
        addLinkedInputs(node, links, inputs);
        addWidgetValues(node, type, inputs);
        json& converted = result[textOf(node, "id")];
        converted["class_type"] = type;
        converted["inputs"] = std::move(inputs);
    }
    return result;
}

}  // namespace penjing
