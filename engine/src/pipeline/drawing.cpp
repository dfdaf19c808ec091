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

Status checkLatents(const std::vector<float>& latents, const Drawing& drawing, const ModelConfig& config) {
    if (latents.size() !=
        static_cast<std::size_t>(drawing.imageTokens()) * static_cast<std::size_t>(config.transformer.inChannels))
        return usage("the given latents do not have one value per token and channel");
    if (!std::all_of(latents.begin(), latents.end(), [](float v) { return std::isfinite(v); }))
        return usage("the given latents hold values that are not finite");
    return {};
}

Status setVariation(const GenerateRequest& request, Drawing& drawing) {
    if (!request.variation)
        return {};
    if (!(request.variation->strength >= 0.0 && request.variation->strength <= 1.0))
        return usage("the strength of a variation must be 0 to 1");
    if (request.variation->strength > 0.0)
        drawing.variation = request.variation;
    return {};
}

Status setResumedStep(const GenerateRequest& request, const ModelConfig& config, Drawing& drawing) {
    if (!request.resumeFrom)
        return {};
    if (request.initialLatents)
        return usage("a picture starts from given latents or goes on with another run, not both");
    const int step = request.resumeFrom->step;
    if (step < 1 || step > drawing.steps)
        return usage("a picture of " + std::to_string(drawing.steps) + " steps cannot go on after step " +
                     std::to_string(step));
    drawing.stepsBefore = step;
    return checkLatents(request.resumeFrom->latents, drawing, config);
}

// The expected picture takes the velocity of its last step, which a resumed run knows of its own steps only.
Status setStop(const GenerateRequest& request, Drawing& drawing) {
    const int stop = request.stopAfterStep;
    if (stop < 0 || stop > drawing.steps)
        return usage("a picture of " + std::to_string(drawing.steps) + " steps cannot stop after step " +
                     std::to_string(stop));
    if (stop == drawing.steps)
        return {};
    if (stop > 0 && stop <= drawing.stepsBefore)
        return usage("a picture that goes on after step " + std::to_string(drawing.stepsBefore) +
                     " cannot stop after step " + std::to_string(stop));
    drawing.stopAfterStep = stop;
    return {};
}

Status setText(const GenerateRequest& request, const ModelConfig& config, Drawing& drawing) {
    drawing.textTokens = config.tokenizer.maxSequenceLength;
    drawing.compactText = request.compactText;
    if (request.compactText && config.tokenizer.type != kQwenTokenizerType)
        return usage("this model only draws from text padded to its full length, not from compact text");
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

    PENJING_TRY(setText(request, config, drawing));
    drawing.guidance = static_cast<float>(guidance);
    drawing.gridWidth = drawing.width / config.vae.pixelsPerToken();
    drawing.gridHeight = drawing.height / config.vae.pixelsPerToken();
    if (request.initialLatents)
        PENJING_TRY(checkLatents(*request.initialLatents, drawing, config));
    PENJING_TRY(setVariation(request, drawing));
    PENJING_TRY(setResumedStep(request, config, drawing));
    PENJING_TRY(setStop(request, drawing));
    return drawing;
}

}  // namespace penjing
