#include "vae/decoder_context.h"

namespace penjing {
namespace {

Status convolveToScratch(DecoderContext& context, ConvArgs args) {
    const int factor = args.upsample ? 2 : 1;
    args.x = context.current;
    args.y = context.arena.takeOpposite(args.x.height * factor, args.x.width * factor, args.weight.n);
    args.precision = context.precision;
    if (!args.y.data)
        return arenaTooSmall();
    PENJING_TRY(context.ops.conv2d(args));
    context.advance(args.y);
    return {};
}

}  // namespace

Error arenaTooSmall() {
    return {ErrorCode::Internal, "the memory reserved for the decoder is too small"};
}

Status runConv(DecoderContext& context, const ConvWeights& weights, int kernel, bool upsample) {
    return convolveToScratch(context,
                             {.weight = weights.weight, .bias = weights.bias, .kernel = kernel, .upsample = upsample});
}

Status runNormedConv(DecoderContext& context, const NormWeights& norm, const ConvWeights& weights) {
    const Result<ChannelAffine> factors = context.normOf(norm, context.current);
    if (!factors)
        return factors.error();
    return convolveToScratch(context, {.weight = weights.weight, .bias = weights.bias, .kernel = 3, .norm = *factors});
}

}  // namespace penjing
