#include <array>
#include <cmath>

#include "vae/decoder_context.h"

namespace penjing {

Status runMidAttention(DecoderContext& context, const MidAttentionWeights& weights) {
    const Image2d x = context.current;
    const Image2d normed = context.scratch(x.channels);
    const Image2d q = context.scratch(x.channels);
    const Image2d k = context.scratch(x.channels);
    const Image2d v = context.scratch(x.channels);
    if (!normed.data || !v.data)
        return arenaTooSmall();

    const auto job = [](const ConvWeights& linear, const Image2d& y) {
        return LinearJob{.weight = linear.weight, .bias = linear.bias, .y = y.asMatrix()};
    };
    const std::array jobs{job(weights.q, q), job(weights.k, k), job(weights.v, v)};
    PENJING_TRY(context.ops.groupNorm(x, context.groupNorm(weights.norm), normed));
    PENJING_TRY(context.ops.linear(normed.asMatrix(), jobs, context.precision));

    const Mat attended = normed.asMatrix();  // its content has been consumed
    PENJING_TRY(context.ops.attention({.q = q.asMatrix(),
                                       .k = k.asMatrix(),
                                       .v = v.asMatrix(),
                                       .out = attended,
                                       .heads = 1,
                                       .kvHeads = 1,
                                       .headDim = x.channels,
                                       .scale = 1.0f / std::sqrt(static_cast<float>(x.channels)),
                                       .precision = context.precision}));
    LinearJob out = job(weights.out, x);
    out.accumulate = true;
    PENJING_TRY(context.ops.linear(attended, {&out, 1}, context.precision));
    context.arena.dropOpposite();
    return {};
}

}  // namespace penjing
