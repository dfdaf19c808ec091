#include "image/foreign/comfyui_graph.h"

#include <array>
#include <unordered_set>

#include "image/foreign/foreign_json.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr int kLongestChain = 32;

bool isNode(const json& value) {
    const json* type = member(value, "class_type");
    const json* inputs = member(value, "inputs");
    return type && type->is_string() && inputs && inputs->is_object();
}

bool isLink(const json& value) {
    return value.is_array() && value.size() == 2 && (value[0].is_string() || value[0].is_number_unsigned()) &&
           value[1].is_number_integer();
}

// Where nodes that hold a single value keep it.
constexpr std::array<std::string_view, 14> kValueNames{"value", "seed",  "noise_seed", "int",    "INT",
                                                       "float", "FLOAT", "number",     "Number", "string",
                                                       "text",  "a",     "Value",      "input"};

}  // namespace

ComfyGraph::ComfyGraph(const json& nodes) : all_(nodes) {
    if (all_.is_object())
        for (const json& node : all_)
            if (isNode(node))
                nodes_.push_back(&node);
}

std::string_view ComfyGraph::type(const Node& node) {
    return node.find("class_type")->get_ref<const std::string&>();
}

const json& ComfyGraph::inputs(const Node& node) {
    return *node.find("inputs");
}

const ComfyGraph::Node* ComfyGraph::source(const json& inputValue) const {
    if (!isLink(inputValue))
        return nullptr;
    const json* node = member(all_, scalarText(inputValue[0]));
    return node && isNode(*node) ? node : nullptr;
}

const ComfyGraph::Node* ComfyGraph::source(const Node& node, std::string_view input) const {
    const json* value = member(inputs(node), input);
    return value ? source(*value) : nullptr;
}

std::string ComfyGraph::followValue(const Node* node, std::string_view name) const {
    for (int i = 0; node && i < kLongestChain; ++i) {
        const json* value = member(inputs(*node), name);
        for (const std::string_view other : kValueNames) value = value ? value : member(inputs(*node), other);
        if (!value && inputs(*node).size() == 1)  // a reroute
            value = &*inputs(*node).begin();
        if (!value)
            return {};
        if (!isLink(*value))
            return scalarText(*value);
        node = source(*value);
    }
    return {};
}

std::optional<std::string> ComfyGraph::value(const Node& node, const std::vector<std::string_view>& names) const {
    for (const std::string_view name : names) {
        const json* value = member(inputs(node), name);
        if (!value || value->is_null())
            continue;
        return isLink(*value) ? followValue(source(*value), name) : scalarText(*value);
    }
    return std::nullopt;
}

std::vector<const ComfyGraph::Node*> ComfyGraph::upstream(const Node* start) const {
    std::vector<const Node*> reached;
    std::unordered_set<const Node*> seen;
    const auto reach = [&](const Node* node) {
        if (node && seen.insert(node).second)
            reached.push_back(node);
    };
    reach(start);
    for (std::size_t i = 0; i < reached.size(); ++i)
        for (const json& input : inputs(*reached[i])) reach(source(input));
    return reached;
}

}  // namespace penjing
