#pragma once

#include "ops/ops.h"
#include "ops/workspace.h"
#include "pack/model_config.h"

namespace penjing {

// What every block of one forward pass shares. Tokens are [text, image]: rows [0, textTokens) are text.
struct BlockContext {
    Ops& ops;
    Workspace& workspace;
    const TransformerConfig& config;
    Precision precision;
    RopeTable rope;  // [text + image tokens, headDim / 2]
    int textTokens = 0;
};

// Normalises and rotates the queries or keys of consecutive tokens, in place. x: [tokens, D]; weight: [headDim]; the
// first row has position `firstPosition`.
Status normAndRotate(const BlockContext& context, Mat x, const float* weight, int firstPosition);

// Unmasked attention: every query row over all rows of k and v. out: [rows of q, D].
Status fullAttention(const BlockContext& context, ConstMat q, ConstMat k, ConstMat v, Mat out);

Error workspaceTooSmall();

}  // namespace penjing
