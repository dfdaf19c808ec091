#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <vector>

#include "pipeline/drawing.h"
#include "pipeline/recent_cache.h"
#include "pipeline/stage_context.h"
#include "pipeline/text_stage.h"
#include "transformer/transformer.h"

namespace penjing {

// What a step leaves behind: latents after it, the velocity it took and the noise level it reached.
struct StepResult {
    int step = 0;  // from 1
    ConstMat latents;
    ConstMat velocity;
    float sigma = 0.0f;
};

// The sampler: Euler steps along the velocity that the transformer predicts, with classifier-free guidance where the
// drawing asks for two passes.
class DenoiseStage {
public:
    explicit DenoiseStage(const Transformer& transformer);

    struct Inputs {
        const Drawing& drawing;
        const PromptEmbedding& prompt;
        const PromptEmbedding* unconditional = nullptr;  // of the empty prompt; needed for two passes
        std::stop_token finishEarly = {};                // looked at after each step
    };

    // Moves `latents` [image tokens, channels] from where they are, noise or the drawing's step stepsBefore, to the
    // picture: the finished one, or the expected one where the drawing stops early or is asked to. `afterStep` is
    // called on this thread, before latents become the expected picture. Returns the steps that are finished, those
    // before included. Errors: Cancelled, Internal (values that are not numbers, naming the step), those of the
    // operations.
    Result<int> run(const StageContext& context, const Inputs& inputs, Mat latents,
                    const std::function<void(const StepResult&)>& afterStep);

private:
    Result<std::shared_ptr<const Modulation>> modulationAt(const StageContext& context, float sigma);

    const Transformer& transformer_;
    RecentCache<float, Modulation> modulations_;
};

}  // namespace penjing
