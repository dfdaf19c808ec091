#include "text_encoder/text_encoder_weights.h"

#include <algorithm>
#include <string>

namespace penjing {

TextEncoderWeights TextEncoderWeights::find(const Pack& pack) {
    const std::vector<int>& outLayers = pack.config().textEncoder.outLayers;
    const int layers = *std::max_element(outLayers.begin(), outLayers.end());

    TextEncoderWeights weights;
    weights.embedding = pack.weight("text_encoder.embed_tokens.weight");
    for (int i = 0; i < layers; ++i) {
        const std::string layer = "text_encoder.layers." + std::to_string(i) + ".";
        const std::string attention = layer + "self_attn.";
        weights.layers.push_back({.inputNorm = pack.vector(layer + "input_layernorm.weight"),
                                  .q = pack.weight(attention + "q_proj.weight"),
                                  .k = pack.weight(attention + "k_proj.weight"),
                                  .v = pack.weight(attention + "v_proj.weight"),
                                  .qNorm = pack.vector(attention + "q_norm.weight"),
                                  .kNorm = pack.vector(attention + "k_norm.weight"),
                                  .out = pack.weight(attention + "o_proj.weight"),
                                  .feedForwardNorm = pack.vector(layer + "post_attention_layernorm.weight"),
                                  .gate = pack.weight(layer + "mlp.gate_proj.weight"),
                                  .up = pack.weight(layer + "mlp.up_proj.weight"),
                                  .down = pack.weight(layer + "mlp.down_proj.weight")});
    }
    return weights;
}

}  // namespace penjing
