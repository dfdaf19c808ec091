#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "batch.h"
#include "command.h"
#include "console.h"
#include "draw_session.h"
#include "info_text.h"
#include "output_name.h"
#include "parse_arguments.h"
#include "picture_json.h"
#include "prompt.h"
#include "random_seed.h"
#include "text_layout.h"
#include "turbo.h"

namespace penjing::cli {
namespace {

constexpr int maxCount = 1000000;

// As typed.
struct GenerateArguments {
    std::string prompt;
    std::optional<std::string> model, steps, seed, size, guidance, threads, count, out, batch, previewEvery;
    std::optional<std::string> variationSeed, variationStrength, stopAfter;
    bool json = false;
    bool accurate = false;
    bool turbo = false;
    bool compactText = false;
};

// Understood.
struct GenerateJob {
    DrawOptions options;
    GenerateRequest request;  // without the prompt; the seeds are those of the first picture
    int count = 1;
};

// Parses `text`, if given, into `target`.
Status setInteger(const char* option, const std::optional<std::string>& text, int min, int max, int& target) {
    if (!text)
        return {};
    const auto value = parseInteger(option, *text, min, max);
    if (!value)
        return value.error();
    target = *value;
    return {};
}

Result<std::uint64_t> seedOrRandom(const char* option, const std::optional<std::string>& text) {
    return text ? parseSeed(option, *text) : randomSeed();
}

Status setVariation(const GenerateArguments& arguments, GenerateRequest& request) {
    if (!arguments.variationStrength)
        return {};
    const auto strength = parseStrength("--variation-strength", *arguments.variationStrength);
    if (!strength)
        return strength.error();
    const auto seed = seedOrRandom("--variation-seed", arguments.variationSeed);
    if (!seed)
        return seed.error();
    request.variation = Variation{*seed, *strength};
    return {};
}

Status setRequest(const GenerateArguments& arguments, GenerateRequest& request) {
    PENJING_TRY(setInteger("--steps", arguments.steps, 1, maxSteps, request.steps));
    if (arguments.size) {
        const auto size = parseSize(*arguments.size);
        if (!size)
            return size.error();
        request.width = size->width;
        request.height = size->height;
    }
    if (arguments.guidance) {
        const auto guidance = parseGuidance(*arguments.guidance);
        if (!guidance)
            return guidance.error();
        request.guidance = *guidance;
    }
    const auto seed = seedOrRandom("--seed", arguments.seed);
    if (!seed)
        return seed.error();
    request.seed = *seed;
    request.compactText = arguments.compactText;
    PENJING_TRY(setInteger("--stop-after", arguments.stopAfter, 1, maxSteps, request.stopAfterStep));
    return setVariation(arguments, request);
}

Precision precisionOf(const GenerateArguments& arguments) {
    if (arguments.accurate)
        return Precision::Int15;
    return arguments.turbo ? turboOrDefault() : Precision::Int8;
}

Result<GenerateJob> understand(const GenerateArguments& arguments) {
    GenerateJob job;
    PENJING_TRY(setRequest(arguments, job.request));
    PENJING_TRY(setInteger("--threads", arguments.threads, 1, maxThreads, job.options.threads));
    PENJING_TRY(setInteger("--preview-every", arguments.previewEvery, 1, maxSteps, job.options.previewEvery));
    PENJING_TRY(setInteger("--count", arguments.count, 1, maxCount, job.count));
    job.options.model = arguments.model.value_or("");
    job.options.precision = precisionOf(arguments);
    job.options.showProgress = stderrIsTerminal();
    return job;
}

std::string summary(const DrawnPicture& picture) {
    const Recipe& recipe = picture.recipe;
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.2f", picture.seconds.total);
    const std::string variation = recipe.variation ? "variation " + variationText(*recipe.variation) + ", " : "";
    return "seed " + std::to_string(recipe.seed) + ", " + variation + std::to_string(recipe.width) + "x" +
           std::to_string(recipe.height) + ", " + stepsText(recipe) + " steps, " + seconds + " s";
}

// With --count each picture has a seed of its own; variations of one picture keep its seed.
void nextSeed(GenerateRequest& request) {
    ++(request.variation ? request.variation->seed : request.seed);
}

// For people on stderr, for scripts on stdout.
Status report(const DrawnPicture& picture, bool json) {
    for (const auto& warning : picture.warnings) warn(warning);
    if (json)
        return printLine(toJson(picture));
    note(summary(picture));
    return printLine(picture.file.string());
}

Status drawAll(const GenerateArguments& arguments, GenerateJob& job, const std::stop_token& stop) {
    auto prompt = promptFrom(arguments.prompt, stop);
    if (!prompt)
        return prompt.error();
    PENJING_TRY(checkPrompt(*prompt));  // before the model is loaded, which may take long
    job.request.prompt = std::move(*prompt);
    auto session = DrawSession::open(job.options);
    if (!session)
        return session.error();
    if (const auto plan = session->plan(job.request); plan && job.options.showProgress)
        note("needs " + bytesText(plan->peak) + " of memory, " + bytesText(plan->available) + " are free");
    for (int number = 1; number <= job.count; ++number, nextSeed(job.request)) {
        std::optional<std::filesystem::path> out;
        if (arguments.out)
            out = job.count == 1 ? std::filesystem::path(*arguments.out) : numbered(*arguments.out, number);
        const auto picture = session->draw(job.request, out, stop);
        if (!picture)
            return picture.error();
        PENJING_TRY(report(*picture, arguments.json));
    }
    return {};
}

int runGenerate(const GenerateArguments& arguments, CancelSignals& signals) {
    auto job = understand(arguments);
    if (!job)
        return fail(job.error());
    if (arguments.batch)
        return runBatch(*arguments.batch, job->options, job->request, signals.token());
    const Status status = drawAll(arguments, *job, signals.token());
    return status ? 0 : fail(status.error());
}

}  // namespace

void addGenerateCommand(CLI::App& parser, Command& chosen) {
    auto arguments = std::make_shared<GenerateArguments>();
    GenerateArguments& a = *arguments;
    CLI::App* command = parser.add_subcommand("generate", "Draw a picture from a prompt");
    CLI::Option* prompt = command->add_option("PROMPT", a.prompt, "What to draw; - reads it from standard input");
    command->add_option("--model", a.model, "Model pack (else PENJING_MODEL, else the bundled Seedling)");
    command->add_option("--steps", a.steps, "Denoising steps (the model's default)");
    CLI::Option* seed = command->add_option("--seed", a.seed, "Same seed, same picture (random, and printed)");
    command->add_option("--size", a.size, "WIDTHxHEIGHT in pixels (the model's default)");
    command->add_option("--guidance", a.guidance, "How closely to follow the prompt (the model's default)");
    command->add_option("--threads", a.threads, "Threads to use (all); the picture does not depend on it");
    CLI::Option* count = command->add_option("--count", a.count, "That many pictures, with seeds seed, seed + 1, ...");
    CLI::Option* variationStrength =
        command->add_option("--variation-strength", a.variationStrength,
                            "Draw near the picture of --seed: above 0 (the same) to 1 (another)");
    CLI::Option* variationSeed = command->add_option(
        "--variation-seed", a.variationSeed, "Which of its neighbours (random, and printed); --count counts these");
    variationSeed->needs(variationStrength);
    command->add_option("--stop-after", a.stopAfter, "Show what the picture is becoming after that many of its steps");
    CLI::Option* out =
        command->add_option("-o", a.out, "File to write, replaced if it exists (named after the prompt)");
    command->add_flag("--json", a.json, "Print one JSON object a picture instead of its path");
    command->add_option("--preview-every", a.previewEvery, "Write FILE.preview.png after every N-th step");
    CLI::Option* accurate =
        command->add_flag("--accurate", a.accurate, "15-bit activations: slower, the reference for the default 8 bits");
    command->add_flag("--turbo", a.turbo, "7-bit activations: faster with AVX-512 VBMI, a little less exact")
        ->excludes(accurate);
    command->add_flag("--compact-text", a.compactText,
                      "Read the prompt's own tokens only, not padded text: faster, another picture (FLUX.2 klein)");
    command->add_option("--batch", a.batch, "JSON requests, one a line, from a file or - (results as JSON)")
        ->excludes(prompt, seed, count, out, variationStrength);
    command->callback([command, prompt, arguments, &chosen] {
        if (prompt->empty() && command->get_option("--batch")->empty())
            throw CLI::RequiredError("a prompt, or --batch");
        chosen = [arguments](CancelSignals& signals) { return runGenerate(*arguments, signals); };
    });
}

}  // namespace penjing::cli
