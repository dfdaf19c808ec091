#include "vae/decoder_context.h"

namespace penjing {
namespace {

Status convolve(DecoderContext& context, const ConvWeights& weights, int kernel, const Image2d& x, const Image2d& y,
                const float* residual) {
    return context.ops.conv2d({.weight = weights.weight,
                               .bias = weights.bias,
                               .kernel = kernel,
                               .x = x,
                               .y = y,
                               .residual = residual,
                               .precision = context.precision});
}

// The picture stays where it is: the last convolution adds to it.
Status runPlain(DecoderContext& context, const ResnetWeights& weights) {
    const Image2d x = context.current;
    const Image2d normed = context.scratch(x.channels);
    const Image2d inner = context.scratch(weights.outputs);
    if (!normed.data || !inner.data)
        return arenaTooSmall();
    PENJING_TRY(context.norm(weights.norm1, true, x, normed));
    PENJING_TRY(convolve(context, weights.conv1, 3, normed, inner, nullptr));
    PENJING_TRY(context.norm(weights.norm2, true, inner, inner));
    PENJING_TRY(convolve(context, weights.conv2, 3, inner, x, x.data));
    context.arena.dropOpposite();
    return {};
}

// The shortcut is taken first, so that the input can be normalised in place: one buffer less at the widest stage.
Status runWithShortcut(DecoderContext& context, const ResnetWeights& weights) {
    const Image2d x = context.current;
    const Image2d result = context.scratch(weights.outputs);
    const Image2d inner = context.scratch(weights.outputs);
    if (!result.data || !inner.data)
        return arenaTooSmall();
    PENJING_TRY(convolve(context, *weights.shortcut, 1, x, result, nullptr));
    PENJING_TRY(context.norm(weights.norm1, true, x, x));
    PENJING_TRY(convolve(context, weights.conv1, 3, x, inner, nullptr));
    PENJING_TRY(context.norm(weights.norm2, true, inner, inner));
    PENJING_TRY(convolve(context, weights.conv2, 3, inner, result, result.data));
    context.advance(result);
    return {};
}

}  // namespace

Status runResnet(DecoderContext& context, const ResnetWeights& weights) {
    return weights.shortcut ? runWithShortcut(context, weights) : runPlain(context, weights);
}

}  // namespace penjing
