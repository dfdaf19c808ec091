#include "text_encoder/encoder_layer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace penjing {
namespace {

Error workspaceTooSmall() {
    return {ErrorCode::Internal, "the memory reserved for the text encoder is too small"};
}

Status selfAttention(const EncoderContext& context, const EncoderLayerWeights& weights, ConstMat normed, Mat hidden) {
    const TextEncoderConfig& config = context.config;
    Ops& ops = context.ops;
    const int queryWidth = config.numHeads * config.headDim;
    const int keyWidth = config.numKvHeads * config.headDim;

    const WorkspaceScope scope(context.workspace);
    const Mat q = context.workspace.matrix(hidden.rows, queryWidth);
    const Mat k = context.workspace.matrix(hidden.rows, keyWidth);
    const Mat v = context.workspace.matrix(hidden.rows, keyWidth);
    const Mat attended = context.workspace.matrix(hidden.rows, queryWidth);
    if (!attended.data)
        return workspaceTooSmall();

    const std::array jobs{LinearJob{.weight = weights.q, .y = q}, LinearJob{.weight = weights.k, .y = k},
                          LinearJob{.weight = weights.v, .y = v}};
    PENJING_TRY(ops.linear(normed, jobs, context.precision));
    PENJING_TRY(ops.headNormRope(q, config.numHeads, config.headDim, weights.qNorm, config.rmsNormEps, context.rope, 0,
                                 RopeLayout::HalfSplit));
    PENJING_TRY(ops.headNormRope(k, config.numKvHeads, config.headDim, weights.kNorm, config.rmsNormEps, context.rope,
                                 0, RopeLayout::HalfSplit));
    PENJING_TRY(ops.attention({.q = q,
                               .k = k,
                               .v = v,
                               .out = attended,
                               .heads = config.numHeads,
                               .kvHeads = config.numKvHeads,
                               .headDim = config.headDim,
                               .scale = 1.0f / std::sqrt(static_cast<float>(config.headDim)),
                               .causal = true,
                               .visibleKeys = context.realTokens,
                               .precision = context.precision}));
    const LinearJob out{.weight = weights.out, .accumulate = true, .y = hidden};
    return ops.linear(attended, {&out, 1}, context.precision);
}

Status feedForward(const EncoderContext& context, const EncoderLayerWeights& weights, ConstMat normed, Mat hidden) {
    Ops& ops = context.ops;
    const WorkspaceScope scope(context.workspace);
    const Mat gate = context.workspace.matrix(hidden.rows, context.config.intermediateSize);
    const Mat up = context.workspace.matrix(hidden.rows, context.config.intermediateSize);
    if (!up.data)
        return workspaceTooSmall();

    const std::array jobs{LinearJob{.weight = weights.gate, .y = gate}, LinearJob{.weight = weights.up, .y = up}};
    PENJING_TRY(ops.linear(normed, jobs, context.precision));
    PENJING_TRY(ops.swiglu(gate, up, gate));
    const LinearJob down{.weight = weights.down, .accumulate = true, .y = hidden};
    return ops.linear(gate, {&down, 1}, context.precision);
}

}  // namespace

Status runEncoderLayer(const EncoderContext& context, const EncoderLayerWeights& weights, Mat hidden) {
    const float eps = context.config.rmsNormEps;
    const WorkspaceScope scope(context.workspace);
    const Mat normed = context.workspace.matrix(hidden.rows, hidden.cols);
    if (!normed.data)
        return workspaceTooSmall();
    PENJING_TRY(context.ops.rmsNorm(hidden, weights.inputNorm, eps, normed));
    PENJING_TRY(selfAttention(context, weights, normed, hidden));
    PENJING_TRY(context.ops.rmsNorm(hidden, weights.feedForwardNorm, eps, normed));
    return feedForward(context, weights, normed, hidden);
}

std::size_t encoderLayerFloats(const TextEncoderConfig& config, int tokens) {
    const std::size_t queries = Workspace::matrixFloats(tokens, config.numHeads * config.headDim);
    const std::size_t keys = Workspace::matrixFloats(tokens, config.numKvHeads * config.headDim);
    const std::size_t feed = Workspace::matrixFloats(tokens, config.intermediateSize);
    return Workspace::matrixFloats(tokens, config.hiddenSize) + std::max(2 * queries + 2 * keys, 2 * feed);
}

}  // namespace penjing
