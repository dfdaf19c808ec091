#include <algorithm>

#include "vae/decoder_context.h"

namespace penjing {
namespace {

// y = conv(silu(norm(x))) (+ residual), 3 x 3.
Status normAndConvolve(DecoderContext& context, const NormWeights& norm, const ConvWeights& weights, const Image2d& x,
                       const Image2d& y, const float* residual) {
    const Result<ChannelAffine> factors = context.normOf(norm, x);
    if (!factors)
        return factors.error();
    return context.ops.conv2d({.weight = weights.weight,
                               .bias = weights.bias,
                               .kernel = 3,
                               .norm = *factors,
                               .x = x,
                               .y = y,
                               .residual = residual,
                               .precision = context.precision});
}

std::size_t floatsOfRows(const Image2d& image, int rows) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(image.width) *
           static_cast<std::size_t>(image.channels);
}

// The 1 x 1 shortcut of the current picture, written over the picture itself, whose rows become shorter: a band of rows
// is finished elsewhere before it is put where only rows that were read already have been.
Status takeShortcutInPlace(DecoderContext& context, const ConvWeights& shortcut) {
    const Image2d x = context.current;
    const Image2d narrow{x.data, x.height, x.width, shortcut.weight.n};
    const Image2d band = context.arena.takeOpposite(kShortcutBandRows, x.width, shortcut.weight.n);
    if (!band.data)
        return arenaTooSmall();
    for (int row = 0; row < x.height; row += kShortcutBandRows) {
        const int rows = std::min(kShortcutBandRows, x.height - row);
        PENJING_TRY(context.ops.conv2d({.weight = shortcut.weight,
                                        .bias = shortcut.bias,
                                        .kernel = 1,
                                        .x = {x.data + floatsOfRows(x, row), rows, x.width, x.channels},
                                        .y = {band.data, rows, x.width, narrow.channels},
                                        .precision = context.precision}));
        std::copy_n(band.data, floatsOfRows(band, rows), narrow.data + floatsOfRows(narrow, row));
    }
    context.current = narrow;
    return {};
}

}  // namespace

Status runResnet(DecoderContext& context, const ResnetWeights& weights) {
    const Image2d inner = context.scratch(weights.outputs);
    if (!inner.data)
        return arenaTooSmall();
    PENJING_TRY(normAndConvolve(context, weights.norm1, weights.conv1, context.current, inner, nullptr));
    if (weights.shortcut)
        PENJING_TRY(takeShortcutInPlace(context, *weights.shortcut));
    const Image2d x = context.current;
    PENJING_TRY(normAndConvolve(context, weights.norm2, weights.conv2, inner, x, x.data));
    context.arena.dropOpposite();
    return {};
}

}  // namespace penjing
