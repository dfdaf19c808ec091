#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench_report.h"
#include "command.h"
#include "console.h"
#include "model_lookup.h"
#include "parse_arguments.h"
#include "penjing/bench.h"
#include "penjing/bench_float.h"
#include "penjing/pipeline_bench.h"
#include "penjing/precision_bench.h"
#include "penjing/system_info.h"
#include "temporary_pack.h"
#include "turbo.h"

namespace penjing::cli {
namespace {

struct BenchArguments {
    std::string what;  // empty for all
    std::optional<std::string> threads, model, preset, seconds, size, steps, runs;
    std::vector<std::string> shapes;
    bool json = false;
    bool turbo = false;
};

struct BenchJob {
    const BenchArguments& arguments;
    int threads = 1;
    std::string kernels;            // empty for the best
    std::vector<GemmShape> shapes;  // empty for those of a 4B FLUX.2 transformer
    int seconds = 0;                // 0: as benchGemm has it
    PipelineBenchOptions pipeline;

    bool wants(std::string_view what) const { return arguments.what.empty() || arguments.what == what; }
};

constexpr std::string_view precisionBench = "precision";  // quality, not speed: runs only when it is named
constexpr std::array<std::string_view, 9> benches = {"peak", "gemm",   "attention", "conv",        "text",
                                                     "step", "decode", "generate",  precisionBench};

struct NamedPart {
    std::string_view name;
    PipelinePart part;
};
constexpr std::array<NamedPart, 4> pipelineParts = {{{"text", PipelinePart::Text},
                                                     {"step", PipelinePart::Step},
                                                     {"decode", PipelinePart::Decode},
                                                     {"generate", PipelinePart::Generate}}};

std::string benchNames() {
    std::string names;
    for (const auto name : benches) names += (names.empty() ? "" : "|") + std::string(name);
    return names;
}

// Weights have one scale per this many inputs.
constexpr int kGroupInputs = 128;

// "MxKxN"
Result<GemmShape> parseShape(const std::string& text) {
    GemmShape shape;
    int used = 0;
    if (std::sscanf(text.c_str(), "%6dx%6dx%6d%n", &shape.m, &shape.k, &shape.n, &used) != 3 ||
        static_cast<std::size_t>(used) != text.size() || std::min({shape.m, shape.k, shape.n}) < 1 ||
        shape.k % kGroupInputs != 0)
        return Error{ErrorCode::Usage, "--shape takes MxKxN with K a multiple of 128, such as 1536x3072x9216"};
    return shape;
}

// What is drawn by text, step, decode and generate.
Status understandPicture(const BenchArguments& arguments, PipelineBenchOptions& options) {
    if (arguments.size) {
        const auto size = parseSize(*arguments.size);
        if (!size)
            return size.error();
        options.width = size->width;
        options.height = size->height;
    }
    if (arguments.steps) {
        const auto steps = parseInteger("--steps", *arguments.steps, 1, maxSteps);
        if (!steps)
            return steps.error();
        options.steps = *steps;
    }
    if (arguments.runs) {
        const auto runs = parseInteger("--runs", *arguments.runs, 1, 1000);
        if (!runs)
            return runs.error();
        options.warmRuns = *runs;
    }
    return {};
}

Result<BenchJob> understand(const BenchArguments& arguments) {
    BenchJob job{.arguments = arguments, .threads = usableCores(), .kernels = {}, .shapes = {}, .pipeline = {}};
    if (!arguments.what.empty() && std::find(benches.begin(), benches.end(), arguments.what) == benches.end())
        return Error{ErrorCode::Usage, "bench takes " + benchNames() + ", not \"" + arguments.what + "\""};
    if (arguments.threads) {
        const auto threads = parseInteger("--threads", *arguments.threads, 1, maxThreads);
        if (!threads)
            return threads.error();
        job.threads = *threads;
    }
    for (const std::string& text : arguments.shapes) {
        const auto shape = parseShape(text);
        if (!shape)
            return shape.error();
        job.shapes.push_back(*shape);
    }
    if (arguments.seconds) {
        const auto seconds = parseInteger("--seconds", *arguments.seconds, 1, 3600);
        if (!seconds)
            return seconds.error();
        job.seconds = *seconds;
    }
    PENJING_TRY(understandPicture(arguments, job.pipeline));
    job.pipeline.threads = job.threads;
    if (arguments.turbo)
        job.pipeline.precision = turboOrDefault();
    if (const char* forced = std::getenv("PENJING_KERNELS"))
        job.kernels = forced;
    return job;
}

Status benchProcessor(const BenchJob& job) {
    if (!job.wants("peak"))
        return {};
    const auto report = benchPeak(job.kernels, job.threads);
    if (!report)
        return report.error();
    return print(*report, job.arguments.json);
}

Status benchMatrices(const BenchJob& job, CancelSignals& signals) {
    if (!job.wants("gemm"))
        return {};
    GemmBenchOptions options;
    options.kernels = job.kernels;
    options.threads = {job.threads};
    if (!job.arguments.threads && job.threads > 1)
        options.threads = {1, job.threads};
    options.shapes = job.shapes;
    if (job.seconds > 0)
        options.secondsPerCase = job.seconds;
    const auto report = benchGemm(options, signals.token());
    if (!report)
        return report.error();
    return print(*report, job.arguments.json);
}

Status benchFloat(const BenchJob& job, const std::string& name,
                  Result<FloatBenchReport> (*measure)(const FloatBenchOptions&)) {
    if (!job.wants(name))
        return {};
    FloatBenchOptions options;
    options.kernels = job.kernels;
    options.threads = job.threads;
    const auto report = measure(options);
    if (!report)
        return report.error();
    return print(name, *report, job.arguments.json);
}

Status benchPack(const BenchJob& job, const std::filesystem::path& pack, const std::stop_token& stop) {
    const auto timings = benchPipeline(pack, job.pipeline, stop);
    if (!timings)
        return timings.error();
    PeakReport peak;  // percentages are printed with the whole picture only
    if (job.wants("generate")) {
        auto measured = benchPeak(job.kernels, job.threads);
        if (!measured)
            return measured.error();
        peak = *measured;
    }
    for (const NamedPart& part : pipelineParts) {
        if (job.wants(part.name))
            PENJING_TRY(print(part.part, *timings, peak, job.arguments.json));
    }
    return {};
}

Status benchLoss(const BenchJob& job, const std::filesystem::path& pack, const std::stop_token& stop) {
    PrecisionBenchOptions options{job.threads, job.pipeline.width, job.pipeline.height, job.pipeline.steps};
    if (job.arguments.runs)
        options.pictures = job.pipeline.warmRuns;
    const auto report = benchPrecision(pack, options, stop);
    if (!report)
        return report.error();
    return print(*report, job.arguments.json);
}

Status benchModel(const BenchJob& job, CancelSignals& signals) {
    const auto wanted = [&job](const NamedPart& part) { return job.wants(part.name); };
    const bool loss = job.arguments.what == precisionBench;
    if (!loss && std::none_of(pipelineParts.begin(), pipelineParts.end(), wanted))
        return {};
    const auto measure = loss ? benchLoss : benchPack;
    const std::stop_token stop = signals.token();
    if (const auto& name = job.arguments.preset) {
        const auto preset = synthPresetByName(*name);
        if (!preset)
            return Error{ErrorCode::Usage, "--preset does not know \"" + *name + "\""};
        const TemporaryPack pack(*preset, stop);
        PENJING_TRY(pack.status());
        return measure(job, pack.path(), stop);
    }
    const auto pack = findModel(job.arguments.model.value_or(""));
    if (!pack)
        return pack.error();
    return measure(job, *pack, stop);
}

Status runBench(const BenchArguments& arguments, CancelSignals& signals) {
    const auto job = understand(arguments);
    if (!job)
        return job.error();
    PENJING_TRY(benchProcessor(*job));
    PENJING_TRY(benchFloat(*job, "attention", benchAttention));
    PENJING_TRY(benchFloat(*job, "conv", benchConvolution));
    PENJING_TRY(benchMatrices(*job, signals));  // from here on Ctrl-C is answered by the measurement itself
    return benchModel(*job, signals);
}

}  // namespace

void addBenchCommand(CLI::App& parser, Command& chosen) {
    auto arguments = std::make_shared<BenchArguments>();
    BenchArguments& a = *arguments;
    CLI::App* command = parser.add_subcommand("bench", "Measure this computer; without a name every speed");
    command->add_option("WHAT", a.what, benchNames());
    command->add_flag("--json", a.json, "One JSON object a measurement");
    command->add_option("--threads", a.threads, "Threads to use (all)");
    command->add_option("--shape", a.shapes, "gemm: MxKxN instead of the usual nine; may be given again");
    command->add_option("--seconds", a.seconds, "gemm: for each row (2)");
    command->add_option("--size", a.size, "WIDTHxHEIGHT for text, step, decode, generate, precision (the model's own)");
    command->add_option("--steps", a.steps, "For step, generate and precision (the model's own)");
    command->add_option("--runs", a.runs, "Warm pictures, each with a new prompt (5); precision: pictures (6)");
    command->add_flag("--turbo", a.turbo, "text, step, decode, generate: as generate --turbo draws");
    CLI::Option* model = command->add_option("--model", a.model, "Pack for text, step, decode, generate, precision");
    command->add_option("--preset", a.preset, "Random weights instead of a model, see synth")->excludes(model);
    command->callback([arguments, &chosen] {
        chosen = [arguments](CancelSignals& signals) {
            const Status status = runBench(*arguments, signals);
            return status ? 0 : fail(status.error());
        };
    });
}

}  // namespace penjing::cli
