#pragma once

#include <cstddef>

#include "ops/ops.h"
#include "ops/workspace.h"
#include "pack/model_config.h"
#include "text_encoder/text_encoder_weights.h"

namespace penjing {

// What the layers of one encoding share.
struct EncoderContext {
    Ops& ops;
    Workspace& workspace;
    const TextEncoderConfig& config;
    Precision precision;
    RopeTable rope;      // [tokens, headDim / 2]
    int realTokens = 0;  // rows from here on are padding: they look, but are not looked at
};

// Qwen3's decoder layer, in place on the residual stream `hidden` [tokens, H].
Status runEncoderLayer(const EncoderContext& context, const EncoderLayerWeights& weights, Mat hidden);

std::size_t encoderLayerFloats(const TextEncoderConfig& config, int tokens);

}  // namespace penjing
