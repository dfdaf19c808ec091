#include <cmath>
#include <nlohmann/json.hpp>

#include "pack/model_config.h"

namespace penjing {
namespace {

using nlohmann::ordered_json;

// A float as the shortest decimal that reads back as the same float (0.0001 rather than 9.999999747378752e-05).
double shortest(float value) {
    for (int digits = 1; digits < 9; ++digits) {
        char text[32];
        std::snprintf(text, sizeof text, "%.*g", digits, static_cast<double>(value));
        const double candidate = std::strtod(text, nullptr);
        if (static_cast<float>(candidate) == value)
            return candidate;
    }
    return static_cast<double>(value);
}

ordered_json textEncoderJson(const TextEncoderConfig& c) {
    return {{"hidden_size", c.hiddenSize},
            {"num_hidden_layers", c.numLayers},
            {"num_attention_heads", c.numHeads},
            {"num_key_value_heads", c.numKvHeads},
            {"head_dim", c.headDim},
            {"intermediate_size", c.intermediateSize},
            {"vocab_size", c.vocabSize},
            {"rms_norm_eps", shortest(c.rmsNormEps)},
            {"rope_theta", c.ropeTheta},
            {"out_layers", c.outLayers}};
}

ordered_json tokenizerJson(const TokenizerConfig& c) {
    ordered_json tokenizer{{"type", c.type}};
    if (c.type == kQwenTokenizerType) {
        tokenizer["prefix"] = c.prefix;
        tokenizer["suffix"] = c.suffix;
    } else {
        tokenizer["bos"] = c.bos;
        tokenizer["eos"] = c.eos;
    }
    tokenizer["pad"] = c.pad;
    tokenizer["max_sequence_length"] = c.maxSequenceLength;
    return tokenizer;
}

ordered_json transformerJson(const TransformerConfig& c) {
    return {{"in_channels", c.inChannels},
            {"num_layers", c.numLayers},
            {"num_single_layers", c.numSingleLayers},
            {"attention_head_dim", c.headDim},
            {"num_attention_heads", c.numHeads},
            {"joint_attention_dim", c.jointAttentionDim},
            {"timestep_guidance_channels", c.timestepChannels},
            {"mlp_ratio", c.mlpRatio},
            {"axes_dims_rope", c.axesDimsRope},
            {"rope_theta", c.ropeTheta},
            {"eps", shortest(c.eps)}};
}

ordered_json vaeJson(const VaeConfig& c) {
    return {{"latent_channels", c.latentChannels},       {"decoder_block_out_channels", c.decoderBlockOutChannels},
            {"layers_per_block", c.layersPerBlock},      {"norm_num_groups", c.normNumGroups},
            {"patch_size", {c.patch, c.patch}},          {"batch_norm_eps", shortest(c.batchNormEps)},
            {"use_post_quant_conv", c.usePostQuantConv}, {"mid_block_add_attention", c.midBlockAddAttention}};
}

ordered_json previewJson(const PreviewConfig& preview) {
    ordered_json factors = ordered_json::array();
    for (const auto& row : preview.factors) factors.push_back({shortest(row[0]), shortest(row[1]), shortest(row[2])});
    const auto& bias = preview.bias;
    return {{"factors", factors}, {"bias", {shortest(bias[0]), shortest(bias[1]), shortest(bias[2])}}};
}

}  // namespace

std::string toJson(const ModelConfig& c) {
    ordered_json root;
    root["architecture"] = "penjing-flux2";
    root["text_encoder"] = textEncoderJson(c.textEncoder);
    root["tokenizer"] = tokenizerJson(c.tokenizer);
    root["transformer"] = transformerJson(c.transformer);
    root["vae"] = vaeJson(c.vae);
    root["scheduler"] = {
        {"shift", c.scheduler.shift},
        {"dynamic_mu", c.scheduler.dynamicMu == DynamicMu::Flux2Empirical ? "flux2-empirical" : "none"}};
    root["defaults"] = {{"width", c.defaults.width},
                        {"height", c.defaults.height},
                        {"steps", c.defaults.steps},
                        {"guidance", c.defaults.guidance}};
    root["limits"] = {{"min_size", c.minSize}, {"max_size", c.maxSize}};
    if (!c.world.empty())
        root["world"] = {{"subjects", c.world.subjects},
                         {"styles", c.world.styles},
                         {"colors", c.world.colors},
                         {"words", c.world.words}};
    if (!c.preview.factors.empty())
        root["preview"] = previewJson(c.preview);
    return root.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace penjing
