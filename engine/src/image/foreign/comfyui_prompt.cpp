#include "image/foreign/comfyui_prompt.h"

#include <algorithm>
#include <unordered_set>
#include <vector>

#include "image/foreign/foreign_json.h"

namespace penjing {
namespace {

using nlohmann::json;
using Node = ComfyGraph::Node;

constexpr int kDeepest = 64;
constexpr std::size_t kLongestPrompt = 1u << 20;
constexpr std::size_t kMostTexts = 32;
constexpr int kMostTextNodes = 1000;

// A search through the graph for the texts of one side. Visits each node of the conditioning once; depth and length are
// bounded, since nodes that join texts can double them at every step.
class TextSearch {
public:
    TextSearch(const ComfyGraph& graph, Conditioning side) : graph_(graph), side_(side) {}

    void fromSampler(const Node& sampler) {
        const Node* guider = graph_.source(sampler, "guider");
        if (!fromInputs(sampler) && guider)
            fromInputs(*guider);
    }

    std::string joined() const {
        std::string result;
        for (const std::string& text : texts_) result += (result.empty() ? "" : ", ") + text;
        return result;
    }

private:
    bool fromInputs(const Node& node) {
        const std::vector<std::string_view> names =
            side_ == Conditioning::Positive ? std::vector<std::string_view>{"positive", "conditioning", "cond1", "cond"}
                                            : std::vector<std::string_view>{"negative", "neg_conditioning", "cond2"};
        return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return follow(node, name); });
    }

    // The names under which a side is handed on by nodes that take both.
    std::string_view sideName() const { return side_ == Conditioning::Positive ? "positive" : "negative"; }

    bool follow(const Node& node, std::string_view input, int depth = 0) {
        const Node* source = graph_.source(node, input);
        if (source && seen_.insert(source).second)
            visit(*source, depth + 1);
        return source != nullptr;
    }

    void visit(const Node& node, int depth) {
        if (depth > kDeepest || ComfyGraph::type(node).find("ZeroOut") != std::string_view::npos)
            return;
        if (takeText(node))
            return;
        if (follow(node, sideName(), depth))
            return;
        bool followed = false;
        for (const auto& [name, value] : ComfyGraph::inputs(node).items())
            if (name.starts_with("cond"))
                followed = follow(node, name, depth) || followed;
        if (!followed && ComfyGraph::inputs(node).size() == 1)  // a reroute
            follow(node, ComfyGraph::inputs(node).begin().key(), depth);
    }

    // A node that encodes text; where it has one text for each of several encoders, that of the largest.
    bool takeText(const Node& node) {
        for (const std::string_view name :
             {"t5xxl", "text", "text_g", "prompt", "clip_g", "clip_l", "text_l", "string"})
            if (takeText(node, name))
                return true;
        return takeText(node, sideName());
    }

    bool takeText(const Node& node, std::string_view input) {
        const json* value = member(ComfyGraph::inputs(node), input);
        if (!value)
            return false;
        const Node* source = graph_.source(*value);
        if (source && input == sideName())  // a conditioning, not a text
            return false;
        const std::string text = source ? textOfNode(*source, 0) : value->is_string() ? scalarText(*value) : "";
        if (text.empty())
            return false;
        if (texts_.size() < kMostTexts && std::find(texts_.begin(), texts_.end(), text) == texts_.end())
            texts_.push_back(text);
        return true;
    }

    std::string textOfInput(const Node& node, std::string_view input, int depth) {
        const json* value = member(ComfyGraph::inputs(node), input);
        if (!value)
            return {};
        const Node* source = graph_.source(*value);
        return source ? textOfNode(*source, depth + 1) : value->is_string() ? scalarText(*value) : std::string();
    }

    std::string textOfNode(const Node& node, int depth) {
        if (depth > kDeepest || ++textNodes_ > kMostTextNodes)
            return {};
        const json& inputs = ComfyGraph::inputs(node);
        if (member(inputs, "string_a") || member(inputs, "string_b")) {
            const std::string text = textOfInput(node, "string_a", depth) + textOfInput(node, "delimiter", depth) +
                                     textOfInput(node, "string_b", depth);
            return text.size() > kLongestPrompt ? std::string() : text;
        }
        for (const std::string_view name : {"populated_text", "text", "string", "value", "prompt", "String", "Text"})
            if (std::string text = textOfInput(node, name, depth); !text.empty())
                return text;
        return inputs.size() == 1 ? textOfInput(node, inputs.begin().key(), depth) : std::string();
    }

    const ComfyGraph& graph_;
    const Conditioning side_;
    std::unordered_set<const Node*> seen_;
    std::vector<std::string> texts_;
    int textNodes_ = 0;
};

}  // namespace

std::string comfyPrompt(const ComfyGraph& graph, const Node& sampler, Conditioning side) {
    TextSearch search(graph, side);
    search.fromSampler(sampler);
    return search.joined();
}

}  // namespace penjing
