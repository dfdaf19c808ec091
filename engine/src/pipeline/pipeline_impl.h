#pragma once

#include <memory>

#include "penjing/kernels/kernel_set.h"
#include "penjing/pipeline.h"
#include "pipeline/denoise_stage.h"
#include "pipeline/memory_plan.h"
#include "pipeline/progress_meter.h"
#include "pipeline/text_stage.h"
#include "vae/vae_decoder.h"

namespace penjing {

struct Pipeline::Impl {
    Impl(const Model& model, const PipelineOptions& options, const kernels::KernelSet& kernels, int threads,
         Tokenizer tokenizer);

    // The request, checked, with the length of its text.
    Result<Drawing> resolve(const GenerateRequest& request) const;
    Result<MemoryPlan> plan(const GenerateRequest& request) const;
    Result<GenerateResult> generate(const GenerateRequest& request, std::stop_token stop,
                                    const ProgressCallback& progress);

    struct Prompts {
        EmbeddedPrompt drawn;
        EmbeddedPrompt unconditional;  // of the empty prompt; empty for a single pass
        bool fromCache = false;        // all that is needed
    };

    // The three phases of one run.
    Result<GenerateResult> draw(const GenerateRequest& request, const Drawing& drawing, const StageContext& context,
                                ProgressMeter& meter);
    Result<Prompts> embedPrompts(const GenerateRequest& request, const Drawing& drawing, const StageContext& context);
    // `state` holds the latents that `step` speaks of.
    void reportStep(const GenerateRequest& request, const Drawing& drawing, const StepResult& step,
                    const DenoiseState& state, ProgressMeter& meter) const;
    Recipe recipeOf(const GenerateRequest& request, const Drawing& drawing, int stepsFinished,
                    const Image& image) const;
    PlanSettings planSettings() const;
    const Pack& pack() const { return model.pack(); }

    Model model;
    PipelineOptions options;
    const kernels::KernelSet& kernels;
    int threads;
    TextEncoder textEncoder;
    Transformer transformer;
    VaeDecoder decoder;
    TextStage textStage;
    DenoiseStage denoiseStage;
    Speeds speeds;
    double loadSeconds = 0.0;  // of create(); counted to the first picture only
};

}  // namespace penjing
