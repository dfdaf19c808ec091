#include "draw_session.h"

#include <chrono>
#include <cstdio>
#include <system_error>
#include <utility>

#include "model_lookup.h"
#include "output_name.h"
#include "preview_file.h"
#include "progress_bar.h"
#include "prompt.h"

namespace penjing::cli {
namespace {

namespace fs = std::filesystem;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::vector<std::string> warningsOf(const GenerateResult& result) {
    std::vector<std::string> warnings;
    if (!result.unknownWords.empty())
        warnings.push_back("this model has not seen: " + joined(result.unknownWords) +
                           "; it draws the nearest it knows");
    if (result.promptTruncated)
        warnings.push_back("the prompt is longer than this model reads; its end was left out");
    return warnings;
}

// What `penjing synth` writes draws noise, and that is no failure.
bool hasRandomWeights(const Model& model) {
    return model.info().name.ends_with("(random weights)");
}

// The settings of `recipe` are those that `request` asks of the model. The kernel set is not compared: another
// machine's picture of the same recipe counts as done.
bool isRecipeOf(const Recipe& recipe, const GenerateRequest& request, const ModelInfo& model, Precision precision) {
    const auto orDefault = [](int value, int standard) { return value == 0 ? standard : value; };
    const auto guidance = static_cast<float>(request.guidance.value_or(model.defaultGuidance));  // as it is drawn with
    const int stoppedAfter = request.stopAfterStep == recipe.steps ? 0 : request.stopAfterStep;
    return recipe.prompt == request.prompt && recipe.steps == orDefault(request.steps, model.defaultSteps) &&
           recipe.width == orDefault(request.width, model.defaultWidth) &&
           recipe.height == orDefault(request.height, model.defaultHeight) &&
           static_cast<float>(recipe.guidance) == guidance && recipe.variation == request.variation &&
           recipe.compactText == request.compactText && recipe.stoppedAfter == stoppedAfter &&
           recipe.modelHash == model.hash && recipe.precision == precisionName(precision);
}

}  // namespace

DrawSession::DrawSession(const DrawOptions& options, Model model, Pipeline pipeline, double loadSeconds)
    : options_(options),
      model_(std::move(model)),
      info_(model_.info()),
      pipeline_(std::move(pipeline)),
      loadSeconds_(loadSeconds) {}

Result<DrawSession> DrawSession::open(const DrawOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const auto path = findModel(options.model);
    if (!path)
        return path.error();
    auto model = Model::open(*path);
    if (!model)
        return model.error();
    PipelineOptions pipelineOptions;
    pipelineOptions.threads = options.threads;
    pipelineOptions.precision = options.precision;
    pipelineOptions.checkPicture = !hasRandomWeights(*model);
    auto pipeline = Pipeline::create(*model, pipelineOptions);
    if (!pipeline)
        return pipeline.error();
    const std::chrono::duration<double> load = std::chrono::steady_clock::now() - start;
    return DrawSession(options, std::move(model).value(), std::move(pipeline).value(), load.count());
}

Status DrawSession::check(const GenerateRequest& request) const {
    PENJING_TRY(checkPrompt(request.prompt));
    return pipeline_.check(request);
}

Result<DrawnPicture> DrawSession::draw(const GenerateRequest& request, const std::optional<fs::path>& out,
                                       std::stop_token stop) {
    PENJING_TRY(check(request));
    fs::path file = out ? *out : freeOutputName(request.prompt, request.seed);
    PENJING_TRY(checkWritable(file));

    GenerateRequest complete = request;
    complete.previewEvery = options_.previewEvery;
    ProgressBar bar(options_.showProgress);
    PreviewFile preview(file);
    auto result = pipeline_.generate(complete, std::move(stop), [&](const Progress& progress) {
        bar.update(progress);
        if (progress.preview)
            preview.write(*progress.preview);
    });
    bar.clear();
    if (!result)
        return result.error();

    const auto png = encodePng(result->image, &result->recipe);
    if (!png)
        return png.error();
    if (!out)  // somebody may have taken the name meanwhile
        file = freeOutputName(request.prompt, request.seed);
    PENJING_TRY(writeFileAtomically(file, *png));

    DrawnPicture picture{file,
                         sha256Hex(png->data(), png->size()),
                         result->recipe,
                         result->seconds,
                         result->peakResidentBytes,
                         warningsOf(*result)};
    if (options_.previewEvery > 0 && !info_.previews)
        picture.warnings.push_back("this model has no previews");
    const double load = std::exchange(loadSeconds_, 0.0);
    picture.seconds.load = load;  // with the opening of the file, which the pipeline does not see
    picture.seconds.total += load;
    return picture;
}

std::optional<DrawnPicture> DrawSession::existingAt(const fs::path& file, const GenerateRequest& request,
                                                    bool seedGiven) const {
    const auto recipe = readRecipe(file);
    if (!recipe || !*recipe || !isRecipeOf(**recipe, request, info_, options_.precision))
        return std::nullopt;
    if (seedGiven && (*recipe)->seed != request.seed)
        return std::nullopt;
    const auto image = readPng(file);  // the recipe stands at the beginning: the rest may be missing
    if (!image || pixelHash(*image) != (*recipe)->pixelHash)
        return std::nullopt;
    const auto sha256 = sha256OfFile(file);
    if (!sha256)
        return std::nullopt;
    DrawnPicture picture;
    picture.file = file;
    picture.sha256 = *sha256;
    picture.recipe = **recipe;
    picture.skipped = true;
    return picture;
}

Result<std::optional<DrawnPicture>> DrawSession::findExisting(const GenerateRequest& request, bool seedGiven,
                                                              const std::optional<fs::path>& out) const {
    PENJING_TRY(check(request));
    if (out)
        return existingAt(*out, request, seedGiven);
    if (!seedGiven)
        return std::optional<DrawnPicture>();
    std::error_code ignored;
    for (int n = 0; fs::exists(outputName(request.prompt, request.seed, n), ignored); ++n) {
        if (auto picture = existingAt(outputName(request.prompt, request.seed, n), request, true))
            return picture;
    }
    return std::optional<DrawnPicture>();
}

}  // namespace penjing::cli
