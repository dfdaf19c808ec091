#include "vae/vae_decoder.h"

#include "vae/decoder_context.h"
#include "vae/decoder_memory.h"
#include "vae/latent_image.h"

namespace penjing {
namespace {

Status runMidBlock(DecoderContext& context, const VaeWeights& weights) {
    PENJING_TRY(runResnet(context, weights.mid0));
    if (weights.midAttention)
        PENJING_TRY(runMidAttention(context, *weights.midAttention));
    return runResnet(context, weights.mid1);
}

Status runUpBlock(DecoderContext& context, const UpBlockWeights& weights) {
    for (const ResnetWeights& resnet : weights.resnets) PENJING_TRY(runResnet(context, resnet));
    if (weights.upsampler)
        PENJING_TRY(runConv(context, *weights.upsampler, 3, true));
    return {};
}

}  // namespace

VaeDecoder::VaeDecoder(const Pack& pack) : config_(pack.config().vae), weights_(VaeWeights::find(pack)) {}

Result<Image2d> VaeDecoder::decode(Ops& ops, Precision precision, Workspace& workspace, ConstMat latents,
                                   int gridHeight, int gridWidth) const {
    DecoderContext context{
        ops, config_, precision, TwoEndedArena(workspace, decoderFloats(config_, gridHeight, gridWidth)), {}, {}};
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
    for (const UpBlockWeights& block : weights_.upBlocks) PENJING_TRY(runUpBlock(context, block));
    PENJING_TRY(runNormedConv(context, weights_.normOut, weights_.convOut));
    return context.current;
}

std::size_t VaeDecoder::workspaceFloats(const VaeConfig& config, int gridHeight, int gridWidth) {
    return TwoEndedArena::workspaceFloats(decoderFloats(config, gridHeight, gridWidth));
}

}  // namespace penjing
