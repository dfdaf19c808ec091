#pragma once

#include <cstddef>

#include "transformer/block_context.h"
#include "transformer/modulation.h"
#include "transformer/transformer_weights.h"

namespace penjing {

// FLUX.2's single-stream block, in place on `hidden` [tokens, D]: attention and feed-forward side by side behind one
// modulation. Only rows from `firstRow` on are brought up to date; the ones before are still attended to. The last
// block of the model passes the number of text tokens, since nobody reads its text rows.
Status runSingleBlock(const BlockContext& context, const SingleBlockWeights& weights, const Modulation& modulation,
                      int firstRow, Mat hidden);

std::size_t singleBlockFloats(const TransformerConfig& config, int tokens);

}  // namespace penjing
