#pragma once

#include "ops/ops.h"
#include "pack/model_config.h"
#include "vae/two_ended_arena.h"
#include "vae/vae_weights.h"

namespace penjing {

// GroupNorm's epsilon everywhere in the decoder; diffusers fixes it in the class.
inline constexpr float kGroupNormEps = 1e-6f;

// The state of one decoding: where the picture is and where scratch comes from.
struct DecoderContext {
    Ops& ops;
    const VaeConfig& config;
    Precision precision;
    TwoEndedArena arena;
    Image2d current;

    // Image at the other end of the arena.
    Image2d scratch(int channels) { return arena.takeOpposite(current.height, current.width, channels); }
    // `image`, the first one taken as scratch, replaces the current picture.
    void advance(const Image2d& image) {
        arena.makeCurrent(image);
        current = image;
    }
    Status norm(const NormWeights& weights, bool silu, const Image2d& x, const Image2d& y) {
        return ops.groupNorm(x, config.normNumGroups, weights.weight, weights.bias, kGroupNormEps, silu, y);
    }
};

Error arenaTooSmall();

// Each of these replaces or updates context.current.

// `kernel` x `kernel` convolution to weights.n channels, of the picture enlarged x2 where asked.
Status runConv(DecoderContext& context, const ConvWeights& weights, int kernel, bool upsample);

// x + conv2(silu(norm2(conv1(silu(norm1(x)))))), with a 1x1 convolution of x in its place where channels change.
Status runResnet(DecoderContext& context, const ResnetWeights& weights);

// x + out(attention(norm(x))) over all pixels, one head as wide as the picture is deep.
Status runMidAttention(DecoderContext& context, const MidAttentionWeights& weights);

}  // namespace penjing
