#pragma once

#include <cstddef>

#include "ops/ops.h"
#include "ops/workspace.h"
#include "pack/pack.h"
#include "transformer/modulation.h"
#include "transformer/transformer_weights.h"

namespace penjing {

// What one forward pass reads. Everything is borrowed for the call.
struct TransformerInputs {
    ConstMat latents;  // [image tokens, in channels], row-major over (h, w)
    ConstMat context;  // [text tokens, D] from embedContext
    RopeTable rope;    // textImageRope of the same counts
    const Modulation* modulation = nullptr;
};

// FLUX.2's diffusion transformer (diffusers' Flux2Transformer2DModel without guidance embedding and biases): predicts
// the velocity of the flow. Immutable; refers to the pack's weights, which must outlive it.
class Transformer {
public:
    explicit Transformer(const Pack& pack);

    // Depends on the prompt only: context = contextEmbedder(conditioning). [text tokens, joint dim] → [text tokens, D].
    Status embedContext(Ops& ops, Precision precision, ConstMat conditioning, Mat context) const;

    // Depends on the noise level only; sigma in [0, 1].
    Result<Modulation> modulation(Ops& ops, Precision precision, float sigma) const;

    // velocity: [image tokens, in channels]. Needs workspaceFloats() of `workspace`. Errors: those of `ops`.
    Status velocity(Ops& ops, Precision precision, Workspace& workspace, const TransformerInputs& inputs,
                    Mat velocity) const;

    static std::size_t workspaceFloats(const TransformerConfig& config, int textTokens, int imageTokens);
    const TransformerConfig& config() const { return config_; }

private:
    const TransformerConfig& config_;
    TransformerWeights weights_;
};

}  // namespace penjing
