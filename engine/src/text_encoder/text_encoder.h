#pragma once

#include <cstddef>
#include <span>

#include "ops/ops.h"
#include "ops/workspace.h"
#include "pack/pack.h"
#include "text_encoder/text_encoder_weights.h"

namespace penjing {

// transformers' Qwen3Model up to the last layer that is listened to. Immutable; refers to the pack's weights, which
// must outlive it.
class TextEncoder {
public:
    explicit TextEncoder(const Pack& pack);

    // conditioning [ids, hidden·outLayers]: the residual stream after each layer in out_layers, side by side, before
    // any final norm. All rows are written, those of the padding (from `realTokens` on) included, because the
    // transformer reads them; padding is not attended to here. Needs workspaceFloats(ids). Errors: those of `ops`.
    Status encode(Ops& ops, Precision precision, Workspace& workspace, std::span<const int> ids, int realTokens,
                  Mat conditioning) const;

    static std::size_t workspaceFloats(const TextEncoderConfig& config, int tokens);
    const TextEncoderConfig& config() const { return config_; }

private:
    const TextEncoderConfig& config_;
    TextEncoderWeights weights_;
};

}  // namespace penjing
