#pragma once

#include <vector>

#include "ops/ops.h"
#include "pack/model_config.h"
#include "vae/two_ended_arena.h"
#include "vae/vae_weights.h"

namespace penjing {

// GroupNorm's epsilon everywhere in the decoder; diffusers fixes it in the class.
inline constexpr float kGroupNormEps = 1e-6f;

// A resnet whose picture becomes narrower takes its shortcut in bands of so many rows.
inline constexpr int kShortcutBandRows = 16;

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
    GroupNormArgs groupNorm(const NormWeights& weights) const {
        return {config.normNumGroups, weights.weight, weights.bias, kGroupNormEps};
    }
    // The factors of x's normalisation, for the convolution that reads x next; valid until the next call.
    Result<ChannelAffine> normOf(const NormWeights& weights, const Image2d& x) {
        normFactors.resize(2 * static_cast<std::size_t>(x.channels));
        float* const scale = normFactors.data();
        PENJING_TRY(ops.groupNormFactors(x, groupNorm(weights), scale, scale + x.channels));
        return ChannelAffine{scale, scale + x.channels};
    }

    std::vector<float> normFactors;
};

Error arenaTooSmall();

// Each of these replaces or updates context.current.

// `kernel` x `kernel` convolution to weights.n channels, of the picture enlarged x2 where asked.
Status runConv(DecoderContext& context, const ConvWeights& weights, int kernel, bool upsample);

// 3 x 3 convolution of the normalised picture, silu(norm(x)).
Status runNormedConv(DecoderContext& context, const NormWeights& norm, const ConvWeights& weights);

// x + conv2(silu(norm2(conv1(silu(norm1(x)))))), with a 1x1 convolution of x in its place where channels change.
Status runResnet(DecoderContext& context, const ResnetWeights& weights);

// x + out(attention(norm(x))) over all pixels, one head as wide as the picture is deep.
Status runMidAttention(DecoderContext& context, const MidAttentionWeights& weights);

}  // namespace penjing
