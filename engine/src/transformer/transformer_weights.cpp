#include "transformer/transformer_weights.h"

#include <string>

#include "transformer/weight_rows.h"

namespace penjing {
namespace {

StreamWeights imageStream(const Pack& pack, const std::string& block) {
    const std::string attention = block + "attn.";
    return {.q = pack.weight(attention + "to_q.weight"),
            .k = pack.weight(attention + "to_k.weight"),
            .v = pack.weight(attention + "to_v.weight"),
            .out = pack.weight(attention + "to_out.0.weight"),
            .normQ = pack.vector(attention + "norm_q.weight"),
            .normK = pack.vector(attention + "norm_k.weight"),
            .feedIn = pack.weight(block + "ff.linear_in.weight"),
            .feedOut = pack.weight(block + "ff.linear_out.weight")};
}

StreamWeights textStream(const Pack& pack, const std::string& block) {
    const std::string attention = block + "attn.";
    return {.q = pack.weight(attention + "add_q_proj.weight"),
            .k = pack.weight(attention + "add_k_proj.weight"),
            .v = pack.weight(attention + "add_v_proj.weight"),
            .out = pack.weight(attention + "to_add_out.weight"),
            .normQ = pack.vector(attention + "norm_added_q.weight"),
            .normK = pack.vector(attention + "norm_added_k.weight"),
            .feedIn = pack.weight(block + "ff_context.linear_in.weight"),
            .feedOut = pack.weight(block + "ff_context.linear_out.weight")};
}

SingleBlockWeights singleBlock(const Pack& pack, const TransformerConfig& config, const std::string& block) {
    const std::string attention = block + "attn.";
    const Weight fused = pack.weight(attention + "to_qkv_mlp_proj.weight");
    const int hidden = config.hidden();
    return {.q = weightRows(fused, 0, hidden),
            .kv = weightRows(fused, hidden, 2 * hidden),
            .gateUp = weightRows(fused, 3 * hidden, 2 * config.mlpHidden()),
            .out = pack.weight(attention + "to_out.weight"),
            .normQ = pack.vector(attention + "norm_q.weight"),
            .normK = pack.vector(attention + "norm_k.weight")};
}

}  // namespace

TransformerWeights TransformerWeights::find(const Pack& pack) {
    const TransformerConfig& config = pack.config().transformer;
    const std::string root = "transformer.";
    const std::string time = root + "time_guidance_embed.timestep_embedder.";

    TransformerWeights weights;
    weights.imageEmbedder = pack.weight(root + "x_embedder.weight");
    weights.contextEmbedder = pack.weight(root + "context_embedder.weight");
    weights.timeIn = pack.weight(time + "linear_1.weight");
    weights.timeOut = pack.weight(time + "linear_2.weight");
    weights.imageModulation = pack.weight(root + "double_stream_modulation_img.linear.weight");
    weights.textModulation = pack.weight(root + "double_stream_modulation_txt.linear.weight");
    weights.singleModulation = pack.weight(root + "single_stream_modulation.linear.weight");
    weights.finalModulation = pack.weight(root + "norm_out.linear.weight");
    weights.projOut = pack.weight(root + "proj_out.weight");
    for (int i = 0; i < config.numLayers; ++i) {
        const std::string block = root + "transformer_blocks." + std::to_string(i) + ".";
        weights.doubleBlocks.push_back({.image = imageStream(pack, block), .text = textStream(pack, block)});
    }
    for (int i = 0; i < config.numSingleLayers; ++i)
        weights.singleBlocks.push_back(
            singleBlock(pack, config, root + "single_transformer_blocks." + std::to_string(i) + "."));
    return weights;
}

}  // namespace penjing
