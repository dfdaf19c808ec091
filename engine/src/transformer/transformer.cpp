#include "transformer/transformer.h"

#include <algorithm>

#include "transformer/double_block.h"
#include "transformer/single_block.h"

namespace penjing {
namespace {

Status linearInto(Ops& ops, Precision precision, ConstMat x, const Weight& weight, Mat y) {
    const LinearJob job{.weight = weight, .y = y};
    return ops.linear(x, {&job, 1}, precision);
}

void copyRows(ConstMat from, Mat to) {
    for (int r = 0; r < from.rows; ++r) std::copy_n(from.row(r), from.cols, to.row(r));
}

}  // namespace

Transformer::Transformer(const Pack& pack)
    : config_(pack.config().transformer), weights_(TransformerWeights::find(pack)) {}

Status Transformer::embedContext(Ops& ops, Precision precision, ConstMat conditioning, Mat context) const {
    return linearInto(ops, precision, conditioning, weights_.contextEmbedder, context);
}

Result<Modulation> Transformer::modulation(Ops& ops, Precision precision, float sigma) const {
    return Modulation::compute(ops, weights_, config_, sigma, precision);
}

Status Transformer::velocity(Ops& ops, Precision precision, Workspace& workspace, const TransformerInputs& inputs,
                             Mat velocity) const {
    const int textTokens = inputs.context.rows;
    const int imageTokens = inputs.latents.rows;
    const WorkspaceScope scope(workspace);
    const Mat hidden = workspace.matrix(textTokens + imageTokens, config_.hidden());
    if (!hidden.data)
        return workspaceTooSmall();
    const Mat image = hidden.slice(textTokens, imageTokens);

    copyRows(inputs.context, hidden.slice(0, textTokens));
    PENJING_TRY(linearInto(ops, precision, inputs.latents, weights_.imageEmbedder, image));

    const BlockContext context{ops, workspace, config_, precision, inputs.rope, textTokens};
    for (const DoubleBlockWeights& block : weights_.doubleBlocks)
        PENJING_TRY(runDoubleBlock(context, block, *inputs.modulation, hidden));
    for (const SingleBlockWeights& block : weights_.singleBlocks) {
        const bool last = &block == &weights_.singleBlocks.back();
        PENJING_TRY(runSingleBlock(context, block, *inputs.modulation, last ? textTokens : 0, hidden));
    }

    const Mat normed = workspace.matrix(imageTokens, config_.hidden());
    if (!normed.data)
        return workspaceTooSmall();
    PENJING_TRY(ops.layerNormModulate(image, inputs.modulation->finalShift(), inputs.modulation->finalScale(),
                                      config_.eps, normed));
    return linearInto(ops, precision, normed, weights_.projOut, velocity);
}

std::size_t Transformer::workspaceFloats(const TransformerConfig& config, int textTokens, int imageTokens) {
    const int tokens = textTokens + imageTokens;
    return Workspace::matrixFloats(tokens, config.hidden()) +
           std::max({doubleBlockFloats(config, tokens), singleBlockFloats(config, tokens),
                     Workspace::matrixFloats(imageTokens, config.hidden())});
}

}  // namespace penjing
