#include "pipeline/denoise_stage.h"

#include <algorithm>
#include <string>

#include "pipeline/cache_sizes.h"
#include "pipeline/value_checks.h"
#include "scheduler/euler.h"
#include "scheduler/sigmas.h"
#include "transformer/rope_tables.h"

namespace penjing {

DenoiseStage::DenoiseStage(const Transformer& transformer)
    : transformer_(transformer), modulations_(kCachedModulations) {}

Result<std::shared_ptr<const Modulation>> DenoiseStage::modulationAt(const StageContext& context, float sigma) {
    if (auto known = modulations_.find(sigma))
        return known;
    Result<Modulation> modulation = transformer_.modulation(context.ops, context.precision, sigma);
    if (!modulation)
        return modulation.error();
    return modulations_.put(sigma, std::move(*modulation));
}

Result<int> DenoiseStage::run(const StageContext& context, const Inputs& inputs, Mat latents,
                              const std::function<void(const StepResult&)>& afterStep) {
    const Drawing& drawing = inputs.drawing;
    const TransformerConfig& config = transformer_.config();
    const bool guided = drawing.twoPasses() && inputs.unconditional != nullptr;
    // Compact texts differ in length.
    const int longestText = std::max(inputs.prompt.tokens, guided ? inputs.unconditional->tokens : 0);

    Result<Workspace> workspace =
        Workspace::reserve(Transformer::workspaceFloats(config, longestText, drawing.imageTokens()) +
                           2 * Workspace::matrixFloats(latents.rows, latents.cols));
    if (!workspace)
        return workspace.error();
    const Mat velocity = workspace->matrix(latents.rows, latents.cols);
    const Mat unconditional = workspace->matrix(latents.rows, latents.cols);
    const auto ropeOf = [&](const PromptEmbedding& prompt) {
        return textImageRope(prompt.tokens, drawing.gridHeight, drawing.gridWidth, config.axesDimsRope,
                             config.ropeTheta);
    };
    const RopeTables rope = ropeOf(inputs.prompt);
    const RopeTables unconditionalRope = ropeOf(guided ? *inputs.unconditional : inputs.prompt);
    const std::vector<float> sigmas =
        sigmaSchedule(context.pack.config().scheduler, drawing.steps, drawing.imageTokens());

    for (int step = drawing.stepsBefore + 1; step <= drawing.lastStep(); ++step) {
        const float sigma = sigmas[static_cast<std::size_t>(step) - 1];
        const float next = sigmas[static_cast<std::size_t>(step)];
        PENJING_TRY(context.proceed());
        const auto modulation = modulationAt(context, sigma);
        if (!modulation)
            return modulation.error();

        const auto predict = [&](const PromptEmbedding& prompt, const RopeTables& table, Mat out) {
            return transformer_.velocity(context.ops, context.precision, *workspace,
                                         {latents, prompt.view(), table.view(), modulation->get()}, out);
        };
        PENJING_TRY(predict(inputs.prompt, rope, velocity));
        if (guided) {
            PENJING_TRY(predict(*inputs.unconditional, unconditionalRope, unconditional));
            applyGuidance(drawing.guidance, unconditional, velocity);
        }
        PENJING_TRY(checkFinite(velocity, "transformer step " + std::to_string(step)));
        eulerStep(sigma, next, velocity, latents);
        afterStep({step, latents, velocity, next});
        if (step < drawing.steps && (step == drawing.stopAfterStep || inputs.finishEarly.stop_requested())) {
            predictClean(next, velocity, latents);
            return step;
        }
    }
    return drawing.steps;
}

}  // namespace penjing
