#include "vae/vae_weights.h"

#include <string>

namespace penjing {
namespace {

ConvWeights convWeights(const Pack& pack, const std::string& name) {
    return {pack.weight(name + ".weight"), pack.vector(name + ".bias")};
}

NormWeights normWeights(const Pack& pack, const std::string& name) {
    return {pack.vector(name + ".weight"), pack.vector(name + ".bias")};
}

ResnetWeights resnetWeights(const Pack& pack, const std::string& name) {
    ResnetWeights weights{.norm1 = normWeights(pack, name + ".norm1"),
                          .conv1 = convWeights(pack, name + ".conv1"),
                          .norm2 = normWeights(pack, name + ".norm2"),
                          .conv2 = convWeights(pack, name + ".conv2"),
                          .shortcut = {}};
    if (pack.has(name + ".conv_shortcut.weight"))
        weights.shortcut = convWeights(pack, name + ".conv_shortcut");
    weights.outputs = weights.conv1.weight.n;
    return weights;
}

MidAttentionWeights attentionWeights(const Pack& pack, const std::string& name) {
    return {.norm = normWeights(pack, name + ".group_norm"),
            .q = convWeights(pack, name + ".to_q"),
            .k = convWeights(pack, name + ".to_k"),
            .v = convWeights(pack, name + ".to_v"),
            .out = convWeights(pack, name + ".to_out.0")};
}

UpBlockWeights upBlockWeights(const Pack& pack, const std::string& name, int resnets, bool upsamples) {
    UpBlockWeights block;
    for (int i = 0; i < resnets; ++i)
        block.resnets.push_back(resnetWeights(pack, name + ".resnets." + std::to_string(i)));
    if (upsamples)
        block.upsampler = convWeights(pack, name + ".upsamplers.0.conv");
    return block;
}

}  // namespace

VaeWeights VaeWeights::find(const Pack& pack) {
    const VaeConfig& config = pack.config().vae;
    const std::string decoder = "vae.decoder.";

    VaeWeights weights;
    weights.latentMean = pack.vector("vae.bn.running_mean");
    weights.latentVariance = pack.vector("vae.bn.running_var");
    if (config.usePostQuantConv)
        weights.postQuant = convWeights(pack, "vae.post_quant_conv");
    weights.convIn = convWeights(pack, decoder + "conv_in");
    weights.mid0 = resnetWeights(pack, decoder + "mid_block.resnets.0");
    if (config.midBlockAddAttention)
        weights.midAttention = attentionWeights(pack, decoder + "mid_block.attentions.0");
    weights.mid1 = resnetWeights(pack, decoder + "mid_block.resnets.1");
    const std::size_t blocks = config.decoderBlockOutChannels.size();
    for (std::size_t i = 0; i < blocks; ++i)
        weights.upBlocks.push_back(upBlockWeights(pack, decoder + "up_blocks." + std::to_string(i),
                                                  config.layersPerBlock + 1, i + 1 < blocks));
    weights.normOut = normWeights(pack, decoder + "conv_norm_out");
    weights.convOut = convWeights(pack, decoder + "conv_out");
    return weights;
}

}  // namespace penjing
