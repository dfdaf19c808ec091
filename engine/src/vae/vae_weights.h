#pragma once

#include <optional>
#include <vector>

#include "ops/tensor_view.h"
#include "pack/pack.h"

namespace penjing {

struct ConvWeights {
    Weight weight;  // [outputs, kernel·kernel·inputs]
    const float* bias = nullptr;
};

struct NormWeights {
    const float* weight = nullptr;  // [channels]
    const float* bias = nullptr;
};

struct ResnetWeights {
    NormWeights norm1;
    ConvWeights conv1;
    NormWeights norm2;
    ConvWeights conv2;
    std::optional<ConvWeights> shortcut;  // where the number of channels changes
    int outputs = 0;
};

struct MidAttentionWeights {
    NormWeights norm;
    ConvWeights q, k, v, out;  // linears with bias, [C, C]
};

struct UpBlockWeights {
    std::vector<ResnetWeights> resnets;
    std::optional<ConvWeights> upsampler;  // none in the last block
};

// Views into a pack of what the decoder reads; valid as long as the pack is.
struct VaeWeights {
    const float* latentMean = nullptr;      // [patched channels]
    const float* latentVariance = nullptr;  // [patched channels]
    std::optional<ConvWeights> postQuant;
    ConvWeights convIn;
    ResnetWeights mid0, mid1;
    std::optional<MidAttentionWeights> midAttention;
    std::vector<UpBlockWeights> upBlocks;
    NormWeights normOut;
    ConvWeights convOut;

    // What enlarges the picture before up block `index`; null where nothing does.
    const ConvWeights* upsamplerBefore(int index) const {
        const UpBlockWeights* before = index > 0 ? &upBlocks[static_cast<std::size_t>(index - 1)] : nullptr;
        return before != nullptr && before->upsampler ? &*before->upsampler : nullptr;
    }

    static VaeWeights find(const Pack& pack);
};

}  // namespace penjing
