#pragma once

#include <vector>

#include "ops/tensor_view.h"
#include "pack/pack.h"

namespace penjing {

// One stream (image or text) of a double block. n x k: D x D for q, k, v and out, 2M x D and D x M for the
// feed-forward.
struct StreamWeights {
    Weight q, k, v, out;
    const float* normQ = nullptr;  // [headDim]
    const float* normK = nullptr;
    Weight feedIn;  // gate rows, then up rows
    Weight feedOut;
};

struct DoubleBlockWeights {
    StreamWeights image, text;
};

// A single block; the rows of its fused input projection are q, k, v, gate, up.
struct SingleBlockWeights {
    Weight q;       // [D, D]
    Weight kv;      // [2D, D]
    Weight gateUp;  // [2M, D]
    Weight out;     // [D, D + M]: attention columns first
    const float* normQ = nullptr;
    const float* normK = nullptr;
};

// Views into a pack of everything the diffusion transformer reads; valid as long as the pack is.
struct TransformerWeights {
    Weight imageEmbedder;                    // [D, in channels]
    Weight contextEmbedder;                  // [D, joint attention dim]
    Weight timeIn, timeOut;                  // [D, timestep channels], [D, D]
    Weight imageModulation, textModulation;  // [6D, D]
    Weight singleModulation;                 // [3D, D]
    Weight finalModulation;                  // [2D, D]
    Weight projOut;                          // [in channels, D]
    std::vector<DoubleBlockWeights> doubleBlocks;
    std::vector<SingleBlockWeights> singleBlocks;

    static TransformerWeights find(const Pack& pack);
};

}  // namespace penjing
