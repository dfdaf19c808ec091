#include "image/foreign/comfyui_sampler.h"

#include <algorithm>

#include "image/foreign/foreign_json.h"

namespace penjing {
namespace {

using Node = ComfyGraph::Node;
using Nodes = std::vector<const Node*>;

constexpr std::size_t kMostSamplers = 16;  // each costs a walk through the graph
constexpr std::size_t kMostOutputs = 16;

bool has(const Node& node, std::string_view input) {
    return member(ComfyGraph::inputs(node), input) != nullptr;
}

bool isSampler(const ComfyGraph& graph, const Node& node) {
    const bool isSeeded = has(node, "seed") || has(node, "noise_seed") || has(node, "noise");
    const bool isConditioned = graph.source(node, "positive") || graph.source(node, "guider") ||
                               (graph.source(node, "conditioning") && graph.source(node, "latent_image"));
    // Detailers and upscalers draw over a picture.
    return isSeeded && isConditioned && !graph.source(node, "image");
}

bool contains(const Nodes& nodes, const Node* node) {
    return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

bool dependsOnSampler(const ComfyGraph& graph, const Node& sampler, const Nodes& samplers) {
    const Node* latents = graph.source(sampler, "latent_image");
    const Nodes upstream = graph.upstream(latents ? latents : graph.source(sampler, "latent"));
    return std::any_of(samplers.begin(), samplers.end(), [&](const Node* other) { return contains(upstream, other); });
}

}  // namespace

Nodes comfySamplers(const ComfyGraph& graph) {
    Nodes samplers;
    for (const Node* node : graph.nodes())
        if (samplers.size() < kMostSamplers && isSampler(graph, *node))
            samplers.push_back(node);
    return samplers;
}

const Node* comfyFirstSampler(const ComfyGraph& graph, const Nodes& samplers) {
    Nodes first;
    for (const Node* sampler : samplers)
        if (!dependsOnSampler(graph, *sampler, samplers))
            first.push_back(sampler);
    if (first.empty())
        first = samplers;
    std::size_t outputs = 0;
    for (const Node* node : graph.nodes()) {
        if (ComfyGraph::type(*node).find("Save") == std::string_view::npos || ++outputs > kMostOutputs)
            continue;
        for (const Node* reached : graph.upstream(node))
            if (contains(first, reached))
                return reached;
    }
    return first.empty() ? nullptr : first.front();
}

}  // namespace penjing
