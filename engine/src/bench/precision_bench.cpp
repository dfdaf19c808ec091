#include "penjing/precision_bench.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "penjing/pipeline.h"
#include "penjing/verify.h"

namespace penjing {
namespace {

constexpr std::array<const char*, 6> kPrompts = {"a red apple",         "a 3d strawberry",
                                                 "a panda, flat style", "a snowman on a blue background",
                                                 "a cat and a car",     "a yellow banana"};
constexpr std::array<Precision, 2> kLossy = {Precision::Int8, Precision::Int7};

GenerateRequest requestOf(const PrecisionBenchOptions& options, int picture) {
    GenerateRequest request;
    request.prompt = kPrompts[static_cast<std::size_t>(picture) % kPrompts.size()];
    request.seed = static_cast<std::uint64_t>(picture);
    request.width = options.width;
    request.height = options.height;
    request.steps = options.steps;
    return request;
}

Result<Pipeline> pipelineOf(const Model& model, const PrecisionBenchOptions& options, Precision precision) {
    PipelineOptions pipelineOptions;
    pipelineOptions.threads = options.threads;
    pipelineOptions.precision = precision;
    pipelineOptions.checkPicture = false;
    return Pipeline::create(model, pipelineOptions);
}

Result<std::vector<GenerateResult>> drawAll(const Model& model, const PrecisionBenchOptions& options,
                                            Precision precision, const std::stop_token& stop) {
    auto pipeline = pipelineOf(model, options, precision);
    if (!pipeline)
        return pipeline.error();
    std::vector<GenerateResult> results;
    for (int picture = 0; picture < std::max(1, options.pictures); ++picture) {
        auto result = pipeline->generate(requestOf(options, picture), stop, {});
        if (!result)
            return result.error();
        results.push_back(std::move(*result));
    }
    return results;
}

double relativeError(const std::vector<float>& actual, const std::vector<float>& expected) {
    double difference = 0.0, norm = 0.0;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        difference += (double{actual[i]} - expected[i]) * (double{actual[i]} - expected[i]);
        norm += double{expected[i]} * expected[i];
    }
    return norm > 0.0 ? std::sqrt(difference / norm) : 0.0;
}

PrecisionLoss lossOf(Precision precision, const std::vector<GenerateResult>& rounded,
                     const std::vector<GenerateResult>& accurate) {
    const auto count = static_cast<double>(accurate.size());
    PrecisionLoss loss{precision, 0.0, std::numeric_limits<double>::infinity(), 0.0};
    for (std::size_t i = 0; i < accurate.size(); ++i) {
        const double ratio = psnr(rounded[i].image, accurate[i].image);
        loss.meanPsnr += ratio / count;
        loss.lowestPsnr = std::min(loss.lowestPsnr, ratio);
        loss.latentError += relativeError(rounded[i].finalLatents, accurate[i].finalLatents) / count;
    }
    return loss;
}

}  // namespace

Result<PrecisionReport> benchPrecision(const std::filesystem::path& pack, const PrecisionBenchOptions& options,
                                       std::stop_token stop) {
    const auto model = Model::open(pack);
    if (!model)
        return model.error();
    const auto accurate = drawAll(*model, options, Precision::Int15, stop);
    if (!accurate)
        return accurate.error();
    const Recipe& recipe = accurate->front().recipe;
    PrecisionReport report{
        recipe.kernels, recipe.width, recipe.height, recipe.steps, static_cast<int>(accurate->size()), {}};
    for (const Precision precision : kLossy) {
        const auto rounded = drawAll(*model, options, precision, stop);
        if (!rounded)
            return rounded.error();
        report.losses.push_back(lossOf(precision, *rounded, *accurate));
    }
    return report;
}

}  // namespace penjing
