#pragma once

#include <vector>

#include "image/foreign/comfyui_graph.h"

namespace penjing {

// The nodes that denoise, told by their inputs rather than their names, since there are hundreds of names.
std::vector<const ComfyGraph::Node*> comfySamplers(const ComfyGraph& graph);

// Of these the one that starts from noise, in the part of the graph that a picture is saved from: where pictures are
// drawn small, enlarged and drawn over, the first of these passes. Null if there are no samplers.
const ComfyGraph::Node* comfyFirstSampler(const ComfyGraph& graph,
                                          const std::vector<const ComfyGraph::Node*>& samplers);

}  // namespace penjing
