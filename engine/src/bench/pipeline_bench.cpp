#include "penjing/pipeline_bench.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "bench/memory_sampler.h"

namespace penjing {
namespace {

// Best effort: the page cache is the system's, and a refusal only makes the cold run warmer.
void dropFromPageCache(const std::filesystem::path& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return;
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    close(file);
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2.0;
}

PhaseSeconds medians(const std::vector<PhaseSeconds>& runs) {
    const auto of = [&runs](double PhaseSeconds::*phase) {
        std::vector<double> values;
        for (const PhaseSeconds& run : runs) values.push_back(run.*phase);
        return median(std::move(values));
    };
    PhaseSeconds result;
    result.text = of(&PhaseSeconds::text);
    result.denoise = of(&PhaseSeconds::denoise);
    result.decode = of(&PhaseSeconds::decode);
    result.total = of(&PhaseSeconds::total);
    return result;
}

// A prompt that no earlier run had, of a length people type.
GenerateRequest requestOf(const PipelineBenchOptions& options, int run) {
    GenerateRequest request;
    request.prompt = std::to_string(run) + " red apples on a blue table";  // differs at once, before any truncation
    request.seed = static_cast<std::uint64_t>(run);
    request.width = options.width;
    request.height = options.height;
    request.steps = options.steps;
    return request;
}

class Bench {
public:
    Bench(const PipelineBenchOptions& options, std::stop_token stop) : options_(options), stop_(std::move(stop)) {}

    Result<PipelineTimings> run(const std::filesystem::path& path) {
        dropFromPageCache(path);
        const auto start = std::chrono::steady_clock::now();
        const auto model = Model::open(path);
        if (!model)
            return model.error();
        PipelineOptions pipelineOptions;
        pipelineOptions.threads = options_.threads;
        pipelineOptions.precision = options_.precision;
        pipelineOptions.checkPicture = false;
        pipelineOptions.profile = &profile_;
        auto pipeline = Pipeline::create(*model, pipelineOptions);
        if (!pipeline)
            return pipeline.error();
        const std::chrono::duration<double> load = std::chrono::steady_clock::now() - start;

        auto cold = draw(*pipeline, 0);
        if (!cold)
            return cold.error();
        timings_.cold = cold->seconds;
        timings_.cold.load = load.count();
        timings_.cold.total += load.count();
        timings_.textProfile = timings_.denoiseProfile = timings_.decodeProfile = {};

        std::vector<PhaseSeconds> warm;
        for (int run = 1; run <= std::max(1, options_.warmRuns); ++run) {
            auto result = draw(*pipeline, run);
            if (!result)
                return result.error();
            warm.push_back(result->seconds);
        }
        timings_.warm = medians(warm);
        timings_.warmRuns = static_cast<int>(warm.size());
        timings_.threads = pipeline->threads();
        timings_.kernels = pipeline->kernelSetName();
        timings_.precision = options_.precision;
        timings_.text = memory_.peaks(Phase::Text);
        timings_.denoise = memory_.peaks(Phase::Denoise);
        timings_.decode = memory_.peaks(Phase::Decode);
        return timings_;
    }

private:
    Result<GenerateResult> draw(Pipeline& pipeline, int run) {
        profile_ = {};
        measuring_ = {};
        profiledPhase_ = Phase::Text;
        auto result = pipeline.generate(requestOf(options_, run), stop_,
                                        [this](const Progress& progress) { enter(progress.phase); });
        closePhase();
        if (result) {
            result->seconds.text -= measuring_.text;
            result->seconds.denoise -= measuring_.denoise;
            result->seconds.decode -= measuring_.decode;
            result->seconds.total -= measuring_.total;
            timings_.width = result->recipe.width;
            timings_.height = result->recipe.height;
            timings_.steps = result->recipe.steps;
            timings_.peakResidentBytes = result->peakResidentBytes;
        }
        return result;
    }

    // Called when a phase begins and between its steps, by the thread that draws.
    void enter(Phase phase) {
        memory_.enter(phase);
        if (phase == profiledPhase_)
            return;
        closePhase();
        profiledPhase_ = phase;
    }
    // What the profile has collected belongs to the phase that ends.
    void closePhase() {
        profileOf(profiledPhase_) += profile_;
        measuredIn(profiledPhase_) += profile_.measuring;
        measuring_.total += profile_.measuring;
        profile_ = {};
    }
    OpProfile& profileOf(Phase phase) {
        switch (phase) {
            case Phase::Text:
                return timings_.textProfile;
            case Phase::Denoise:
                return timings_.denoiseProfile;
            case Phase::Decode:
                break;
        }
        return timings_.decodeProfile;
    }

    double& measuredIn(Phase phase) {
        return phase == Phase::Text      ? measuring_.text
               : phase == Phase::Denoise ? measuring_.denoise
                                         : measuring_.decode;
    }

    PipelineBenchOptions options_;
    std::stop_token stop_;
    OpProfile profile_;       // of the phase that runs
    PhaseSeconds measuring_;  // of the picture that is drawn: OpProfile::measuring
    Phase profiledPhase_ = Phase::Text;
    PipelineTimings timings_;
    MemorySampler memory_;
};

}  // namespace

OpProfile PipelineTimings::profile() const {
    OpProfile sum = textProfile;
    sum += denoiseProfile;
    sum += decodeProfile;
    return sum;
}

Result<PipelineTimings> benchPipeline(const std::filesystem::path& pack, const PipelineBenchOptions& options,
                                      std::stop_token stop) {
    return Bench(options, std::move(stop)).run(pack);
}

}  // namespace penjing
