#include "transformer/double_block.h"

#include <array>

#include "transformer/token_chunks.h"

namespace penjing {
namespace {

// One stream's share of the block: its rows of the token sequence and what belongs to them.
struct Stream {
    const StreamWeights& weights;
    ModulationSet attention;
    ModulationSet feed;
    int first;
    int count;
};

Status projectQkv(const BlockContext& context, const Stream& stream, ConstMat normed, Mat qkv) {
    const int hidden = context.config.hidden();
    const Mat q = qkv.columns(0, hidden);
    const Mat k = qkv.columns(hidden, hidden);
    const std::array jobs{LinearJob{.weight = stream.weights.q, .y = q}, LinearJob{.weight = stream.weights.k, .y = k},
                          LinearJob{.weight = stream.weights.v, .y = qkv.columns(2 * hidden, hidden)}};
    PENJING_TRY(context.ops.linear(normed, jobs, context.precision));
    PENJING_TRY(normAndRotate(context, q, stream.weights.normQ, stream.first));
    return normAndRotate(context, k, stream.weights.normK, stream.first);
}

// hidden += gate ⊙ feedOut(silu(g) ⊙ u) with [g, u] = feedIn(Mod(hidden)). `normed` is scratch of the same shape.
Status feedForward(const BlockContext& context, const Stream& stream, Mat hidden, Mat normed) {
    const int mlp = context.config.mlpHidden();
    Ops& ops = context.ops;
    PENJING_TRY(ops.layerNormModulate(hidden, stream.feed.shift, stream.feed.scale, context.config.eps, normed));
    return forEachTokenChunk(0, hidden.rows, [&](int first, int count) -> Status {
        const WorkspaceScope scope(context.workspace);
        const Mat gateUp = context.workspace.matrix(count, 2 * mlp);
        if (!gateUp.data)
            return workspaceTooSmall();
        const Mat gate = gateUp.columns(0, mlp);
        const LinearJob in{.weight = stream.weights.feedIn, .y = gateUp};
        const LinearJob out{
            .weight = stream.weights.feedOut, .gate = stream.feed.gate, .y = hidden.slice(first, count)};
        PENJING_TRY(ops.linear(normed.slice(first, count), {&in, 1}, context.precision));
        PENJING_TRY(ops.swiglu(gate, gateUp.columns(mlp, mlp), gate));
        return ops.linear(gate, {&out, 1}, context.precision);
    });
}

}  // namespace

Status runDoubleBlock(const BlockContext& context, const DoubleBlockWeights& weights, const Modulation& modulation,
                      Mat hidden) {
    const int width = context.config.hidden();
    const WorkspaceScope scope(context.workspace);
    const Mat normed = context.workspace.matrix(hidden.rows, width);
    const Mat qkv = context.workspace.matrix(hidden.rows, 3 * width);
    if (!normed.data || !qkv.data)
        return workspaceTooSmall();

    const std::array streams{
        Stream{weights.text, modulation.textAttention(), modulation.textFeed(), 0, context.textTokens},
        Stream{weights.image, modulation.imageAttention(), modulation.imageFeed(), context.textTokens,
               hidden.rows - context.textTokens}};

    for (const Stream& stream : streams) {
        const Mat rows = normed.slice(stream.first, stream.count);
        PENJING_TRY(context.ops.layerNormModulate(hidden.slice(stream.first, stream.count), stream.attention.shift,
                                                  stream.attention.scale, context.config.eps, rows));
        PENJING_TRY(projectQkv(context, stream, rows, qkv.slice(stream.first, stream.count)));
    }

    const Mat& attended = normed;  // its content has been consumed
    PENJING_TRY(fullAttention(context, qkv.columns(0, width), qkv.columns(width, width), qkv.columns(2 * width, width),
                              attended));

    for (const Stream& stream : streams) {
        const Mat rows = hidden.slice(stream.first, stream.count);
        const LinearJob out{.weight = stream.weights.out, .gate = stream.attention.gate, .y = rows};
        PENJING_TRY(context.ops.linear(attended.slice(stream.first, stream.count), {&out, 1}, context.precision));
    }
    for (const Stream& stream : streams)
        PENJING_TRY(feedForward(context, stream, hidden.slice(stream.first, stream.count),
                                normed.slice(stream.first, stream.count)));
    return {};
}

std::size_t doubleBlockFloats(const TransformerConfig& config, int tokens) {
    return Workspace::matrixFloats(tokens, config.hidden()) + Workspace::matrixFloats(tokens, 3 * config.hidden()) +
           Workspace::matrixFloats(largestChunk(tokens), 2 * config.mlpHidden());
}

}  // namespace penjing
