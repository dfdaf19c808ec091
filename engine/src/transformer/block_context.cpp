#include "transformer/block_context.h"

#include <cmath>

namespace penjing {

Status normAndRotate(const BlockContext& context, Mat x, const float* weight, int firstPosition) {
    const TransformerConfig& config = context.config;
    return context.ops.headNormRope(x, config.numHeads, config.headDim, weight, config.eps, context.rope, firstPosition,
                                    RopeLayout::Interleaved);
}

Status fullAttention(const BlockContext& context, ConstMat q, ConstMat k, ConstMat v, Mat out) {
    const TransformerConfig& config = context.config;
    return context.ops.attention({.q = q,
                                  .k = k,
                                  .v = v,
                                  .out = out,
                                  .heads = config.numHeads,
                                  .kvHeads = config.numHeads,
                                  .headDim = config.headDim,
                                  .scale = 1.0f / std::sqrt(static_cast<float>(config.headDim)),
                                  .precision = context.precision});
}

Error workspaceTooSmall() {
    return {ErrorCode::Internal, "the memory reserved for the transformer is too small"};
}

}  // namespace penjing
