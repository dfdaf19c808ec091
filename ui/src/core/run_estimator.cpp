#include "core/run_estimator.h"

#include <algorithm>

#include "core/guarded.h"

namespace penjing::studio {
namespace {

// Parts of the peak that whole phases reach, products with what is around them.
constexpr double kTransformerEfficiency = 0.6;
constexpr double kDecoderEfficiency = 0.4;
// Operations per pixel and parameter of an AutoencoderKL decoder: most parameters work at an eighth of the size.
constexpr double kDecoderOpsPerPixel = 0.1;

double pixels(const GenerateRequest& request) {
    return static_cast<double>(request.width) * request.height;
}

double imageTokens(const GenerateRequest& request, const ModelInfo& model) {
    const double side = std::max(1, model.sizeMultiple);
    return pixels(request) / (side * side);
}

RunTimes workedOut(const GenerateRequest& request, const ModelInfo& model, const MachineSpeed& machine) {
    const double linear = std::max(1e6, machine.int8Gops * 1e9 * kTransformerEfficiency);
    const double convolution = std::max(1e6, machine.fp32Gflops * 1e9 * kDecoderEfficiency);
    const auto parameters = [](std::uint64_t count) { return static_cast<double>(count); };
    const double textTokens = std::max(1, model.textTokens);
    RunTimes times{request.width, request.height};
    times.textSeconds = 2.0 * parameters(model.textEncoderParameters) * textTokens / linear;
    times.passSeconds =
        2.0 * parameters(model.transformerParameters) * (imageTokens(request, model) + textTokens) / linear;
    times.decodeSeconds = kDecoderOpsPerPixel * parameters(model.vaeParameters) * pixels(request) / convolution;
    return times;
}

bool squareFits(DrawingEngine& engine, GenerateRequest request, int side) {
    request.width = side;
    request.height = side;
    const Result<MemoryPlan> plan = guarded([&] { return engine.plan(request); });
    return plan && plan.value().fits();
}

// The memory grows with the side, so halving the range finds the last one that fits.
std::optional<int> largestSquare(DrawingEngine& engine, const GenerateRequest& request, const ModelInfo& model) {
    const int multiple = std::max(1, model.sizeMultiple);
    int fitting = (model.minSize + multiple - 1) / multiple;
    int tooLarge = model.maxSize / multiple + 1;
    if (fitting < 1 || fitting >= tooLarge || !squareFits(engine, request, fitting * multiple))
        return std::nullopt;
    while (tooLarge - fitting > 1) {
        const int middle = fitting + (tooLarge - fitting) / 2;
        (squareFits(engine, request, middle * multiple) ? fitting : tooLarge) = middle;
    }
    return fitting * multiple;
}

}  // namespace

GenerateRequest completed(GenerateRequest request, const ModelInfo& model) {
    const auto orDefault = [](int& value, int standard) { value = value > 0 ? value : standard; };
    orDefault(request.width, model.defaultWidth);
    orDefault(request.height, model.defaultHeight);
    orDefault(request.steps, model.defaultSteps);
    if (!request.guidance)
        request.guidance = model.defaultGuidance;
    return request;
}

int passesPerStep(double guidance) {
    return static_cast<float>(guidance) == 1.0f ? 1 : 2;
}

RunEstimate estimateTimes(const GenerateRequest& request, const ModelInfo& model,
                          const std::optional<RunTimes>& measured, const MachineSpeed& machine) {
    RunTimes times = workedOut(request, model, machine);
    RunEstimate estimate;
    if (measured) {
        estimate.measured = measured->passSeconds >= 0.0;
        const auto prefer = [](double& value, double known) { value = known >= 0.0 ? known : value; };
        prefer(times.textSeconds, measured->textSeconds);
        prefer(times.passSeconds, measured->passSeconds);
        prefer(times.decodeSeconds, measured->decodeSeconds);
    }
    const int passes = passesPerStep(request.guidance.value_or(model.defaultGuidance));
    estimate.textSeconds = times.textSeconds;
    estimate.drawingSeconds = times.passSeconds * passes * request.steps;
    estimate.decodeSeconds = times.decodeSeconds;
    return estimate;
}

Status estimateMemory(DrawingEngine& engine, const GenerateRequest& request, const ModelInfo& model,
                      RunEstimate& estimate) {
    PENJING_TRY(guarded([&] { return engine.check(request); }));
    const Result<MemoryPlan> plan = guarded([&] { return engine.plan(request); });
    if (!plan)
        return plan.error();
    estimate.peakBytes = plan.value().peak;
    estimate.availableBytes = plan.value().available;
    estimate.fits = plan.value().fits();
    if (!estimate.fits)
        estimate.largestSide = largestSquare(engine, request, model);
    return {};
}

}  // namespace penjing::studio
