#include "vae/vae_decoder.h"

#include "vae/decoder_context.h"
#include "vae/latent_image.h"
#include "vae/streamed_blocks.h"

namespace penjing {
namespace {

Status runMidBlock(DecoderContext& context, const VaeWeights& weights) {
    PENJING_TRY(runResnet(context, weights.mid0));
    if (weights.midAttention)
        PENJING_TRY(runMidAttention(context, *weights.midAttention));
    return runResnet(context, weights.mid1);
}

// Block `index`, after the upsampler of the block before it.
Status runUpBlock(DecoderContext& context, const VaeWeights& weights, int index) {
    if (const ConvWeights* upsampler = weights.upsamplerBefore(index))
        PENJING_TRY(runConv(context, *upsampler, 3, true));
    for (const ResnetWeights& resnet : weights.upBlocks[static_cast<std::size_t>(index)].resnets)
        PENJING_TRY(runResnet(context, resnet));
    return {};
}

}  // namespace

VaeDecoder::VaeDecoder(const Pack& pack, const DecoderMemory& memory)
    : config_(pack.config().vae), memory_(memory), weights_(VaeWeights::find(pack)) {}

Result<Image2d> VaeDecoder::decode(Ops& ops, Precision precision, Workspace& workspace, ConstMat latents,
                                   int gridHeight, int gridWidth) const {
    const std::size_t floats = decoderFloats(config_, gridHeight, gridWidth, memory_);
    DecoderContext context{ops, config_, precision, TwoEndedArena(workspace, floats), {}, {}};
    const Image2d first =
        context.arena.takeOpposite(gridHeight * config_.patch, gridWidth * config_.patch, config_.latentChannels);
    if (!first.data)
        return arenaTooSmall();
    unpackLatents(config_, weights_.latentMean, weights_.latentVariance, latents, gridWidth, first);
    context.advance(first);

    if (weights_.postQuant)
        PENJING_TRY(runConv(context, *weights_.postQuant, 1, false));
    PENJING_TRY(runConv(context, weights_.convIn, 3, false));
    PENJING_TRY(runMidBlock(context, weights_));
    const int streamed = firstStreamedBlock(config_, gridHeight, gridWidth, memory_);
    for (int b = 0; b < streamed; ++b) PENJING_TRY(runUpBlock(context, weights_, b));
    if (streamed < static_cast<int>(weights_.upBlocks.size()))
        PENJING_TRY(runStreamed(context, weights_, streamed, memory_));
    else
        PENJING_TRY(runNormedConv(context, weights_.normOut, weights_.convOut));
    return context.current;
}

std::size_t VaeDecoder::workspaceFloats(const VaeConfig& config, int gridHeight, int gridWidth,
                                        const DecoderMemory& memory) {
    return TwoEndedArena::workspaceFloats(decoderFloats(config, gridHeight, gridWidth, memory));
}

}  // namespace penjing
