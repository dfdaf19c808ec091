#pragma once

#include <cstddef>

#include "transformer/block_context.h"
#include "transformer/modulation.h"
#include "transformer/transformer_weights.h"

namespace penjing {

// FLUX.2's double-stream block, in place on `hidden` [text + image tokens, D]: text and image have weights of their own
// and meet in one unmasked attention.
Status runDoubleBlock(const BlockContext& context, const DoubleBlockWeights& weights, const Modulation& modulation,
                      Mat hidden);

std::size_t doubleBlockFloats(const TransformerConfig& config, int tokens);

}  // namespace penjing
