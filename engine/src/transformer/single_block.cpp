#include "transformer/single_block.h"

#include <array>

#include "transformer/token_chunks.h"

namespace penjing {
namespace {

Status projectQkv(const BlockContext& context, const SingleBlockWeights& weights, int firstRow, Mat normed, Mat q,
                  Mat kv) {
    const int width = context.config.hidden();
    const std::array jobs{LinearJob{.weight = weights.kv, .y = kv},
                          LinearJob{.weight = weights.q, .y = q.slice(firstRow, q.rows - firstRow)}};
    if (firstRow == 0) {
        PENJING_TRY(context.ops.linear(normed, jobs, context.precision));
    } else {
        PENJING_TRY(context.ops.linear(normed, {&jobs[0], 1}, context.precision));
        PENJING_TRY(context.ops.linear(normed.slice(firstRow, q.rows - firstRow), {&jobs[1], 1}, context.precision));
    }

    PENJING_TRY(normAndRotate(context, jobs[1].y, weights.normQ, firstRow));
    return normAndRotate(context, kv.columns(0, width), weights.normK, 0);
}

}  // namespace

Status runSingleBlock(const BlockContext& context, const SingleBlockWeights& weights, const Modulation& modulation,
                      int firstRow, Mat hidden) {
    const int width = context.config.hidden();
    const int mlp = context.config.mlpHidden();
    const ModulationSet set = modulation.single();
    Ops& ops = context.ops;

    const WorkspaceScope scope(context.workspace);
    const Mat normed = context.workspace.matrix(hidden.rows, width);
    const Mat qkv = context.workspace.matrix(hidden.rows, 3 * width);
    if (!normed.data || !qkv.data)
        return workspaceTooSmall();
    const Mat q = qkv.columns(0, width);
    const Mat k = qkv.columns(width, width);
    const Mat v = qkv.columns(2 * width, width);

    PENJING_TRY(ops.layerNormModulate(hidden, set.shift, set.scale, context.config.eps, normed));
    PENJING_TRY(projectQkv(context, weights, firstRow, normed, q, qkv.columns(width, 2 * width)));

    // In place of the queries, and all at once: the keys are packed once.
    const Mat attended = q.slice(firstRow, q.rows - firstRow);
    PENJING_TRY(fullAttention(context, attended, k, v, attended));

    return forEachTokenChunk(firstRow, hidden.rows, [&](int first, int count) -> Status {
        const WorkspaceScope chunkScope(context.workspace);
        const Mat gateUp = context.workspace.matrix(count, 2 * mlp);
        const Mat joined = context.workspace.matrix(count, width + mlp);  // attention columns, then feed-forward
        if (!gateUp.data || !joined.data)
            return workspaceTooSmall();
        const LinearJob in{.weight = weights.gateUp, .y = gateUp};
        const LinearJob out{.weight = weights.out, .gate = set.gate, .y = hidden.slice(first, count)};
        PENJING_TRY(ops.copy(q.slice(first, count), joined.columns(0, width)));
        PENJING_TRY(ops.linear(normed.slice(first, count), {&in, 1}, context.precision));
        PENJING_TRY(ops.swiglu(gateUp.columns(0, mlp), gateUp.columns(mlp, mlp), joined.columns(width, mlp)));
        return ops.linear(joined, {&out, 1}, context.precision);
    });
}

std::size_t singleBlockFloats(const TransformerConfig& config, int tokens) {
    const int chunk = largestChunk(tokens);
    return Workspace::matrixFloats(tokens, config.hidden()) + Workspace::matrixFloats(tokens, 3 * config.hidden()) +
           Workspace::matrixFloats(chunk, 2 * config.mlpHidden()) +
           Workspace::matrixFloats(chunk, config.hidden() + config.mlpHidden());
}

}  // namespace penjing
