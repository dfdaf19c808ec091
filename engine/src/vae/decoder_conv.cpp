#include "vae/decoder_context.h"

namespace penjing {

Error arenaTooSmall() {
    return {ErrorCode::Internal, "the memory reserved for the decoder is too small"};
}

Status runConv(DecoderContext& context, const ConvWeights& weights, int kernel, bool upsample) {
    const int factor = upsample ? 2 : 1;
    const Image2d& x = context.current;
    const Image2d y = context.arena.takeOpposite(x.height * factor, x.width * factor, weights.weight.n);
    if (!y.data)
        return arenaTooSmall();
    PENJING_TRY(context.ops.conv2d({.weight = weights.weight,
                                    .bias = weights.bias,
                                    .kernel = kernel,
                                    .upsample = upsample,
                                    .x = x,
                                    .y = y,
                                    .precision = context.precision}));
    context.advance(y);
    return {};
}

}  // namespace penjing
