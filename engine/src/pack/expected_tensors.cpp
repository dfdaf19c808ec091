#include <algorithm>

#include "pack/model_config.h"

namespace penjing {
namespace {

// Collects the tensors of one part of the model under a growing name prefix.
class SpecList {
public:
    explicit SpecList(std::vector<TensorSpec>& specs) : specs_(specs) {}

    void vector(const std::string& name, int n) { specs_.push_back({name, TensorKind::Vector, n, 1, 1}); }
    void dense(const std::string& name, int n, int k) {
        specs_.push_back({name + ".weight", TensorKind::Dense, n, k, 1});
    }
    void lowBit(const std::string& name, int n, int k) {
        specs_.push_back({name + ".weight", TensorKind::LowBit, n, k, 1});
    }
    // A convolution with its bias.
    void conv(const std::string& name, int n, int inputs, int kernel) {
        specs_.push_back({name + ".weight", TensorKind::Conv, n, inputs, kernel});
        vector(name + ".bias", n);
    }
    // A GroupNorm's weight and bias.
    void norm(const std::string& name, int channels) {
        vector(name + ".weight", channels);
        vector(name + ".bias", channels);
    }
    void denseWithBias(const std::string& name, int n, int k) {
        dense(name, n, k);
        vector(name + ".bias", n);
    }

private:
    std::vector<TensorSpec>& specs_;
};

void addTextEncoder(const TextEncoderConfig& c, SpecList& out) {
    out.lowBit("text_encoder.embed_tokens", c.vocabSize, c.hiddenSize);
    const int layers = *std::max_element(c.outLayers.begin(), c.outLayers.end());
    for (int i = 0; i < layers; ++i) {
        const std::string layer = "text_encoder.layers." + std::to_string(i);
        out.vector(layer + ".input_layernorm.weight", c.hiddenSize);
        out.lowBit(layer + ".self_attn.q_proj", c.numHeads * c.headDim, c.hiddenSize);
        out.lowBit(layer + ".self_attn.k_proj", c.numKvHeads * c.headDim, c.hiddenSize);
        out.lowBit(layer + ".self_attn.v_proj", c.numKvHeads * c.headDim, c.hiddenSize);
        out.vector(layer + ".self_attn.q_norm.weight", c.headDim);
        out.vector(layer + ".self_attn.k_norm.weight", c.headDim);
        out.lowBit(layer + ".self_attn.o_proj", c.hiddenSize, c.numHeads * c.headDim);
        out.vector(layer + ".post_attention_layernorm.weight", c.hiddenSize);
        out.lowBit(layer + ".mlp.gate_proj", c.intermediateSize, c.hiddenSize);
        out.lowBit(layer + ".mlp.up_proj", c.intermediateSize, c.hiddenSize);
        out.lowBit(layer + ".mlp.down_proj", c.hiddenSize, c.intermediateSize);
    }
}

void addDoubleBlock(const std::string& block, const TransformerConfig& c, SpecList& out) {
    const int hidden = c.hidden();
    for (const char* name : {"to_q", "to_k", "to_v"}) out.lowBit(block + ".attn." + name, hidden, hidden);
    for (const char* name : {"add_q_proj", "add_k_proj", "add_v_proj"})
        out.lowBit(block + ".attn." + name, hidden, hidden);
    for (const char* name : {"norm_q", "norm_k", "norm_added_q", "norm_added_k"})
        out.vector(block + ".attn." + name + ".weight", c.headDim);
    out.lowBit(block + ".attn.to_out.0", hidden, hidden);
    out.lowBit(block + ".attn.to_add_out", hidden, hidden);
    for (const char* name : {"ff", "ff_context"}) {
        out.lowBit(block + "." + name + ".linear_in", 2 * c.mlpHidden(), hidden);
        out.lowBit(block + "." + name + ".linear_out", hidden, c.mlpHidden());
    }
}

void addSingleBlock(const std::string& block, const TransformerConfig& c, SpecList& out) {
    out.lowBit(block + ".attn.to_qkv_mlp_proj", 3 * c.hidden() + 2 * c.mlpHidden(), c.hidden());
    out.vector(block + ".attn.norm_q.weight", c.headDim);
    out.vector(block + ".attn.norm_k.weight", c.headDim);
    out.lowBit(block + ".attn.to_out", c.hidden(), c.hidden() + c.mlpHidden());
}

void addTransformer(const TransformerConfig& c, SpecList& out) {
    const std::string root = "transformer.";
    const int hidden = c.hidden();
    out.dense(root + "time_guidance_embed.timestep_embedder.linear_1", hidden, c.timestepChannels);
    out.dense(root + "time_guidance_embed.timestep_embedder.linear_2", hidden, hidden);
    out.dense(root + "double_stream_modulation_img.linear", 6 * hidden, hidden);
    out.dense(root + "double_stream_modulation_txt.linear", 6 * hidden, hidden);
    out.dense(root + "single_stream_modulation.linear", 3 * hidden, hidden);
    out.dense(root + "x_embedder", hidden, c.inChannels);
    out.dense(root + "context_embedder", hidden, c.jointAttentionDim);
    for (int i = 0; i < c.numLayers; ++i) addDoubleBlock(root + "transformer_blocks." + std::to_string(i), c, out);
    for (int i = 0; i < c.numSingleLayers; ++i)
        addSingleBlock(root + "single_transformer_blocks." + std::to_string(i), c, out);
    out.dense(root + "norm_out.linear", 2 * hidden, hidden);
    out.dense(root + "proj_out", c.inChannels, hidden);
}

void addResnet(const std::string& name, int inputs, int outputs, SpecList& out) {
    out.norm(name + ".norm1", inputs);
    out.conv(name + ".conv1", outputs, inputs, 3);
    out.norm(name + ".norm2", outputs);
    out.conv(name + ".conv2", outputs, outputs, 3);
    if (inputs != outputs)
        out.conv(name + ".conv_shortcut", outputs, inputs, 1);
}

void addMidBlock(const VaeConfig& c, int channels, SpecList& out) {
    const std::string mid = "vae.decoder.mid_block.";
    addResnet(mid + "resnets.0", channels, channels, out);
    if (c.midBlockAddAttention) {
        const std::string attention = mid + "attentions.0.";
        out.norm(attention + "group_norm", channels);
        for (const char* name : {"to_q", "to_k", "to_v", "to_out.0"})
            out.denseWithBias(attention + name, channels, channels);
    }
    addResnet(mid + "resnets.1", channels, channels, out);
}

void addVae(const VaeConfig& c, SpecList& out) {
    out.vector("vae.bn.running_mean", c.patchedChannels());
    out.vector("vae.bn.running_var", c.patchedChannels());
    if (c.usePostQuantConv)
        out.conv("vae.post_quant_conv", c.latentChannels, c.latentChannels, 1);

    // The decoder walks the channel list from its end.
    const std::vector<int> widths(c.decoderBlockOutChannels.rbegin(), c.decoderBlockOutChannels.rend());
    out.conv("vae.decoder.conv_in", widths.front(), c.latentChannels, 3);
    addMidBlock(c, widths.front(), out);
    int inputs = widths.front();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        const std::string block = "vae.decoder.up_blocks." + std::to_string(i);
        for (int r = 0; r <= c.layersPerBlock; ++r) {
            addResnet(block + ".resnets." + std::to_string(r), inputs, widths[i], out);
            inputs = widths[i];
        }
        if (i + 1 < widths.size())
            out.conv(block + ".upsamplers.0.conv", inputs, inputs, 3);
    }
    out.norm("vae.decoder.conv_norm_out", inputs);
    out.conv("vae.decoder.conv_out", 3, inputs, 3);
}

}  // namespace

std::vector<TensorSpec> expectedTensors(const ModelConfig& config) {
    std::vector<TensorSpec> specs;
    specs.push_back({"tokenizer.model", TensorKind::Bytes, 0, 1, 1});
    SpecList list(specs);
    addTextEncoder(config.textEncoder, list);
    addTransformer(config.transformer, list);
    addVae(config.vae, list);
    return specs;
}

}  // namespace penjing
