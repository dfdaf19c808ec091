#pragma once

#include <vector>

#include "ops/tensor_view.h"
#include "pack/pack.h"

namespace penjing {

// One Qwen3 layer. H hidden width, A = heads·headDim, K = kvHeads·headDim, I intermediate width.
struct EncoderLayerWeights {
    const float* inputNorm = nullptr;  // [H]
    Weight q, k, v;                    // [A, H], [K, H], [K, H]
    const float* qNorm = nullptr;      // [headDim]
    const float* kNorm = nullptr;
    Weight out;                              // [H, A]
    const float* feedForwardNorm = nullptr;  // [H]
    Weight gate, up;                         // [I, H]
    Weight down;                             // [H, I]
};

// Views into a pack of what the text encoder reads: the layers up to the last one in out_layers; valid as long as the
// pack is.
struct TextEncoderWeights {
    Weight embedding;  // [vocabulary, H]
    std::vector<EncoderLayerWeights> layers;

    static TextEncoderWeights find(const Pack& pack);
};

}  // namespace penjing
