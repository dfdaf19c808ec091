#include "text_encoder/text_encoder.h"

#include <algorithm>

#include "text_encoder/encoder_layer.h"
#include "transformer/rope_tables.h"

namespace penjing {
namespace {

void copyRows(ConstMat from, Mat to) {
    for (int r = 0; r < from.rows; ++r) std::copy_n(from.row(r), from.cols, to.row(r));
}

}  // namespace

TextEncoder::TextEncoder(const Pack& pack)
    : config_(pack.config().textEncoder), weights_(TextEncoderWeights::find(pack)) {}

Status TextEncoder::encode(Ops& ops, Precision precision, Workspace& workspace, std::span<const int> ids,
                           int realTokens, Mat conditioning) const {
    const int tokens = static_cast<int>(ids.size());
    const WorkspaceScope scope(workspace);
    const Mat hidden = workspace.matrix(tokens, config_.hiddenSize);
    if (!hidden.data)
        return Error{ErrorCode::Internal, "the memory reserved for the text encoder is too small"};
    PENJING_TRY(ops.embedding(weights_.embedding, ids, hidden));

    const RopeTables rope = positionRope(tokens, config_.headDim, config_.ropeTheta);
    const EncoderContext context{ops, workspace, config_, precision, rope.view(), realTokens};
    int column = 0;
    for (std::size_t i = 0; i < weights_.layers.size(); ++i) {
        PENJING_TRY(runEncoderLayer(context, weights_.layers[i], hidden));
        const int layersDone = static_cast<int>(i) + 1;
        if (std::find(config_.outLayers.begin(), config_.outLayers.end(), layersDone) == config_.outLayers.end())
            continue;
        copyRows(hidden, conditioning.columns(column, config_.hiddenSize));
        column += config_.hiddenSize;
    }
    return {};
}

std::size_t TextEncoder::workspaceFloats(const TextEncoderConfig& config, int tokens) {
    return Workspace::matrixFloats(tokens, config.hiddenSize) + encoderLayerFloats(config, tokens);
}

}  // namespace penjing
