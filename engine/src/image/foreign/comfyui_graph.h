#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penjing {

// A ComfyUI graph in the format of its API: {"3": {"class_type": "KSampler", "inputs": {"seed": 5, "model": ["4",
// 0]}}}. An input is a value, or a link [node, output]. Graphs of strangers may have cycles, so every walk is bounded.
class ComfyGraph {
public:
    using Node = nlohmann::json;  // an object with "class_type" and "inputs"

    // `nodes` must outlive the graph. What is no node is left out.
    explicit ComfyGraph(const nlohmann::json& nodes);

    const std::vector<const Node*>& nodes() const { return nodes_; }

    static std::string_view type(const Node& node);
    static const nlohmann::json& inputs(const Node& node);

    // The node that feeds an input; null if it is a value, missing, or leads nowhere.
    const Node* source(const Node& node, std::string_view input) const;
    const Node* source(const nlohmann::json& inputValue) const;

    // A value of the first of these inputs that exists, followed through links to nodes that hold one. Nothing if there
    // is no such input; empty if it is computed in a way that is not known.
    std::optional<std::string> value(const Node& node, const std::vector<std::string_view>& names) const;

    // `start` and everything that it depends on, nearest first.
    std::vector<const Node*> upstream(const Node* start) const;

private:
    std::string followValue(const Node* node, std::string_view name) const;

    const nlohmann::json& all_;
    std::vector<const Node*> nodes_;
};

// The graph of the `workflow` text (the format of ComfyUI's window) in the format of its API, as far as its nodes are
// known; values of other nodes are left out.
nlohmann::json comfyNodesOfWorkflow(const nlohmann::json& workflow);

}  // namespace penjing
