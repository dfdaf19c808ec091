#include "transformer/modulation.h"

#include <array>

#include "transformer/timestep_embedding.h"

namespace penjing {
namespace {

Mat rowOf(std::vector<float>& values) {
    const int cols = static_cast<int>(values.size());
    return {values.data(), 1, cols, cols};
}

Status linearRow(Ops& ops, ConstMat x, const Weight& weight, Mat y, Precision precision) {
    const LinearJob job{.weight = weight, .y = y};
    return ops.linear(x, {&job, 1}, precision);
}

}  // namespace

Mat Modulation::rows(std::size_t first, std::size_t count) {
    const int cols = static_cast<int>(count * hidden_);
    return {values_.data() + first * hidden_, 1, cols, cols};
}

Result<Modulation> Modulation::compute(Ops& ops, const TransformerWeights& weights, const TransformerConfig& config,
                                       float sigma, Precision precision) {
    std::vector<float> embedding(static_cast<std::size_t>(config.timestepChannels));
    std::vector<float> hidden(static_cast<std::size_t>(config.hidden()));
    std::vector<float> time(hidden.size());

    timestepEmbedding(sigma, rowOf(embedding));
    PENJING_TRY(linearRow(ops, rowOf(embedding), weights.timeIn, rowOf(hidden), precision));
    PENJING_TRY(ops.silu(rowOf(hidden), rowOf(hidden)));
    PENJING_TRY(linearRow(ops, rowOf(hidden), weights.timeOut, rowOf(time), precision));
    PENJING_TRY(ops.silu(rowOf(time), rowOf(time)));

    Modulation modulation(config.hidden());
    const std::array jobs{LinearJob{.weight = weights.imageModulation, .y = modulation.rows(0, 6)},
                          LinearJob{.weight = weights.textModulation, .y = modulation.rows(6, 6)},
                          LinearJob{.weight = weights.singleModulation, .y = modulation.rows(12, 3)},
                          LinearJob{.weight = weights.finalModulation, .y = modulation.rows(15, 2)}};
    PENJING_TRY(ops.linear(rowOf(time), jobs, precision));
    return modulation;
}

}  // namespace penjing
