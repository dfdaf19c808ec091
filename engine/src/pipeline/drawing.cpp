#include "pipeline/drawing.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace penjing {
namespace {

constexpr int kMostSteps = 1000;
constexpr double kMostGuidance = 100.0;

Error usage(std::string message) {
    return {ErrorCode::Usage, std::move(message)};
}

Status checkSide(const char* name, int pixels, const ModelConfig& config) {
    const int multiple = config.vae.pixelsPerToken();
    if (pixels < config.minSize || pixels > config.maxSize)
        return usage(std::string(name) + " " + std::to_string(pixels) + " is out of range: this model draws " +
                     std::to_string(config.minSize) + " to " + std::to_string(config.maxSize) + " pixels a side");
    if (pixels % multiple != 0)
        return usage(std::string(name) + " " + std::to_string(pixels) + " is not a multiple of " +
                     std::to_string(multiple));
    return {};
}

Status checkInitialLatents(const GenerateRequest& request, const Drawing& drawing, const ModelConfig& config) {
    if (!request.initialLatents)
        return {};
    const std::vector<float>& latents = *request.initialLatents;
    if (latents.size() !=
        static_cast<std::size_t>(drawing.imageTokens()) * static_cast<std::size_t>(config.transformer.inChannels))
        return usage("the initial latents do not have one value per token and channel");
    if (!std::all_of(latents.begin(), latents.end(), [](float v) { return std::isfinite(v); }))
        return usage("the initial latents hold values that are not finite");
    return {};
}

}  // namespace

Result<Drawing> resolveRequest(const GenerateRequest& request, const ModelConfig& config) {
    Drawing drawing;
    drawing.seed = request.seed;
    drawing.width = request.width == 0 ? config.defaults.width : request.width;
    drawing.height = request.height == 0 ? config.defaults.height : request.height;
    drawing.steps = request.steps == 0 ? config.defaults.steps : request.steps;
    const double guidance = request.guidance.value_or(config.defaults.guidance);

    PENJING_TRY(checkSide("width", drawing.width, config));
    PENJING_TRY(checkSide("height", drawing.height, config));
    if (drawing.steps < 1 || drawing.steps > kMostSteps)
        return usage("steps must be 1 to " + std::to_string(kMostSteps) + ", not " + std::to_string(drawing.steps));
    if (!(guidance >= 0.0 && guidance <= kMostGuidance))
        return usage("guidance must be 0 to " + std::to_string(static_cast<int>(kMostGuidance)));
    if (request.previewEvery < 0)
        return usage("a preview cannot come every " + std::to_string(request.previewEvery) + " steps");

    drawing.guidance = static_cast<float>(guidance);
    drawing.gridWidth = drawing.width / config.vae.pixelsPerToken();
    drawing.gridHeight = drawing.height / config.vae.pixelsPerToken();
    PENJING_TRY(checkInitialLatents(request, drawing, config));
    return drawing;
}

}  // namespace penjing
