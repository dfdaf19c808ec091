#pragma once

#include <string>

#include "image/foreign/comfyui_graph.h"

namespace penjing {

enum class Conditioning { Positive, Negative };

// The texts that condition a sampler or guider, joined by ", " where conditionings are combined. Empty if there are
// none, as for a conditioning that is set to zero.
std::string comfyPrompt(const ComfyGraph& graph, const ComfyGraph::Node& sampler, Conditioning side);

}  // namespace penjing
