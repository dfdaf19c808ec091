#include "pipeline/pipeline_impl.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "bench/profiled_ops.h"
#include "cpu/cpu_ops.h"
#include "noise/noise.h"
#include "penjing/system_info.h"
#include "pipeline/decode_stage.h"
#include "pipeline/preview.h"
#include "pipeline/value_checks.h"
#include "pipeline/version.h"
#include "scheduler/euler.h"

namespace penjing {
namespace {

std::vector<float> startingLatents(const GenerateRequest& request, const Drawing& drawing, int channels) {
    if (request.resumeFrom)
        return request.resumeFrom->latents;
    if (request.initialLatents)
        return *request.initialLatents;
    const auto noise = [&](std::uint64_t seed) {
        return initialNoise(seed, channels, drawing.gridHeight, drawing.gridWidth);
    };
    if (!drawing.variation)
        return noise(drawing.seed);
    // One arc for the whole tensor, as one vector over all tokens and channels.
    return sphericalInterpolation(noise(drawing.seed), noise(drawing.variation->seed), drawing.variation->strength);
}

// Text encoder, transformer and decoder take turns in memory: the pages of each are given back when its turn is over,
// however it ends. Pages that are still in the system's cache cost little when the next picture wants them again.
class ResidentPart {
public:
    ResidentPart(const Pack& pack, std::string_view prefix) : pack_(pack), prefix_(prefix) {}
    ~ResidentPart() { pack_.giveBackPages(prefix_); }
    ResidentPart(const ResidentPart&) = delete;
    ResidentPart& operator=(const ResidentPart&) = delete;

private:
    const Pack& pack_;
    std::string_view prefix_;
};

bool wantsPreview(const GenerateRequest& request, const ModelConfig& config, int step) {
    return request.previewEvery > 0 && step % request.previewEvery == 0 && !config.preview.factors.empty();
}

}  // namespace

Pipeline::Impl::Impl(const Model& modelToDraw, const PipelineOptions& chosen, const kernels::KernelSet& kernelSet,
                     int threadCount, Tokenizer tokenizer)
    : model(modelToDraw),
      options(chosen),
      kernels(kernelSet),
      threads(threadCount),
      textEncoder(model.pack()),
      transformer(model.pack()),
      decoder(model.pack()),
      textStage(std::move(tokenizer), textEncoder, transformer),
      denoiseStage(transformer) {}

Result<Drawing> Pipeline::Impl::resolve(const GenerateRequest& request) const {
    Result<Drawing> drawing = resolveRequest(request, pack().config());
    if (!drawing)
        return drawing;
    const Result<int> tokens = textStage.realTokens(request.prompt);
    if (!tokens)
        return tokens.error();
    if (!drawing->compactText)
        return drawing;
    const Result<int> emptyTokens = textStage.realTokens("");
    if (!emptyTokens)
        return emptyTokens.error();
    drawing->textTokens = drawing->twoPasses() ? std::max(*tokens, *emptyTokens) : *tokens;
    return drawing;
}

PlanSettings Pipeline::Impl::planSettings() const {
    const std::uint64_t available = availableMemoryBytes();
    return {.threads = threads,
            .precision = options.precision,
            .tables = kernels.tables != nullptr,
            .available = options.memoryLimit == 0 ? available : std::min(available, options.memoryLimit)};
}

Result<MemoryPlan> Pipeline::Impl::plan(const GenerateRequest& request) const {
    const Result<Drawing> drawing = resolve(request);
    if (!drawing)
        return drawing.error();
    return planMemory(pack(), *drawing, planSettings());
}

Result<GenerateResult> Pipeline::Impl::generate(const GenerateRequest& request, std::stop_token stop,
                                                const ProgressCallback& progress) {
    const Result<Drawing> drawing = resolve(request);
    if (!drawing)
        return drawing.error();
    const PlanSettings settings = planSettings();
    if (const MemoryPlan needed = planMemory(pack(), *drawing, settings); !needed.fits())
        return doesNotFit(pack(), *drawing, settings, needed);

    std::unique_ptr<Ops> ops = makeCpuOps(kernels, threads, stop);
    if (options.profile)
        ops = profiled(std::move(ops), kernels, threads, *options.profile);
    const StageContext context{pack(), *ops, options.precision, stop};
    ProgressMeter meter(progress, speeds, *drawing);
    Result<GenerateResult> result = draw(request, *drawing, context, meter);
    if (!result)
        return result;
    // A stop that comes after the last operation still means that nobody wants the picture.
    PENJING_TRY(context.proceed());
    result->seconds = meter.seconds();
    result->seconds.load = std::exchange(loadSeconds, 0.0);
    result->peakResidentBytes = peakResidentBytes();
    return result;
}

Result<GenerateResult> Pipeline::Impl::draw(const GenerateRequest& request, const Drawing& drawing,
                                            const StageContext& context, ProgressMeter& meter) {
    meter.beginText();
    const Result<Prompts> prompts = [&] {
        const ResidentPart encoder(pack(), "text_encoder.");
        return embedPrompts(request, drawing, context);
    }();
    if (!prompts)
        return prompts.error();
    GenerateResult result;
    result.textFromCache = prompts->fromCache;
    result.promptTruncated = prompts->drawn.truncated;
    result.unknownWords = model.unknownWords(request.prompt);

    PENJING_TRY(pack().checkStillThere());
    meter.beginDenoise();
    const int channels = transformer.config().inChannels;
    DenoiseState state{drawing.stepsBefore, startingLatents(request, drawing, channels)};
    const Mat latents{state.latents.data(), drawing.imageTokens(), channels, channels};
    const Result<int> steps = [&] {
        const ResidentPart dit(pack(), "transformer.");
        return denoiseStage.run(
            context, {drawing, *prompts->drawn.embedding, prompts->unconditional.embedding.get(), request.finishEarly},
            latents, [&](const StepResult& step) {
                state.step = step.step;
                reportStep(request, drawing, step, state, meter);
            });
    }();
    if (!steps)
        return steps.error();

    PENJING_TRY(context.proceed());
    PENJING_TRY(pack().checkStillThere());
    context.ops.releaseScratch();  // tens of megabytes that a large model's linears and attention took
    meter.beginDecode(*steps);
    const ResidentPart vae(pack(), "vae.");
    Result<Image> image = decodePicture(context, decoder, drawing, latents);
    if (!image)
        return image.error();
    // What was asked for before it was finished may look unfinished.
    if (options.checkPicture && *steps == drawing.steps)
        PENJING_TRY(checkPicture(*image));
    result.image = std::move(*image);
    result.recipe = recipeOf(request, drawing, *steps, result.image);
    result.finalLatents = std::move(state.latents);
    meter.finish();
    return result;
}

Result<Pipeline::Impl::Prompts> Pipeline::Impl::embedPrompts(const GenerateRequest& request, const Drawing& drawing,
                                                             const StageContext& context) {
    Result<EmbeddedPrompt> drawn = textStage.embed(context, request.prompt, drawing.compactText);
    if (!drawn)
        return drawn.error();
    const bool fromCache = drawn->fromCache;
    Prompts prompts{std::move(*drawn), {}, fromCache};
    if (!drawing.twoPasses())
        return prompts;
    Result<EmbeddedPrompt> empty = textStage.embed(context, "", drawing.compactText);
    if (!empty)
        return empty.error();
    prompts.unconditional = std::move(*empty);
    prompts.fromCache = prompts.fromCache && prompts.unconditional.fromCache;
    return prompts;
}

void Pipeline::Impl::reportStep(const GenerateRequest& request, const Drawing& drawing, const StepResult& step,
                                const DenoiseState& state, ProgressMeter& meter) const {
    if (!wantsPreview(request, pack().config(), step.step)) {
        meter.stepDone(state, nullptr);
        return;
    }
    std::vector<float> values = state.latents;
    const Mat clean{values.data(), step.velocity.rows, step.velocity.cols, step.velocity.cols};
    predictClean(step.sigma, step.velocity, clean);
    const Image preview = previewOf(pack(), drawing, clean);
    meter.stepDone(state, &preview);
}

Recipe Pipeline::Impl::recipeOf(const GenerateRequest& request, const Drawing& drawing, int stepsFinished,
                                const Image& image) const {
    Recipe recipe;
    recipe.prompt = request.prompt;
    recipe.seed = drawing.seed;
    recipe.steps = drawing.steps;
    recipe.guidance = drawing.guidance;
    recipe.width = drawing.width;
    recipe.height = drawing.height;
    recipe.shift = pack().config().scheduler.shift;
    recipe.variation = drawing.variation;
    recipe.stoppedAfter = stepsFinished < drawing.steps ? stepsFinished : 0;
    recipe.compactText = drawing.compactText;
    recipe.modelName = pack().name();
    recipe.modelHash = pack().modelHash();
    recipe.kernels = std::string(kernels.name);
    recipe.precision = precisionName(options.precision);
    recipe.engineVersion = kEngineVersion;
    recipe.pixelHash = pixelHash(image);
    return recipe;  // `created` is left to whoever saves the picture, so that a result depends on its request only
}

}  // namespace penjing
