#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penjing/image.h"
#include "penjing/model.h"
#include "penjing/op_profile.h"
#include "penjing/precision.h"
#include "penjing/result.h"

namespace penjing {

// A picture between two steps: enough to go on drawing it later, in another process, to the same bytes.
struct DenoiseState {
    int step = 0;                // steps finished, from 1
    std::vector<float> latents;  // [tokens, channels]
};

struct GenerateRequest {
    std::string prompt;  // UTF-8
    std::uint64_t seed = 0;
    int width = 0;  // 0: the model's default
    int height = 0;
    int steps = 0;                   // 0: the model's default; 1..1000
    std::optional<double> guidance;  // none: the model's default; 1 means one pass per step
    int previewEvery = 0;            // a preview after every n-th step; 0 none
    std::optional<Variation> variation;
    // Decode what the picture is expected to become after this many steps, at most `steps`; 0: all of them. Not before
    // the first step that a resumed run draws itself.
    int stopAfterStep = 0;
    // Only the prompt's own tokens are read instead of a text padded to the model's full length: fewer tokens a step,
    // and another picture. Usage error for models that were trained on padded text alone.
    bool compactText = false;
    std::stop_token finishEarly;             // the same after the step in progress, when asked for while drawing
    std::optional<DenoiseState> resumeFrom;  // of the same request, model, kernels and precision; then seed and
                                             // variation are for the recipe only
    std::optional<std::vector<float>> initialLatents;  // tests: [tokens, channels] instead of noise from the seed
};

enum class Phase { Text, Denoise, Decode };

struct Progress {
    Phase phase = Phase::Text;
    int step = 0;  // steps finished, those of a resumed run included
    int steps = 0;
    double elapsedSeconds = 0.0;
    double remainingSeconds = -1.0;       // estimate; negative while unknown
    const Image* preview = nullptr;       // valid during the call only; null if there is none
    const DenoiseState* state = nullptr;  // after each step (Denoise), valid during the call only; else null
};

// Called on the thread that runs generate().
using ProgressCallback = std::function<void(const Progress&)>;

struct PhaseSeconds {
    double load = 0.0, text = 0.0, denoise = 0.0, decode = 0.0, total = 0.0;
};

struct GenerateResult {
    Image image;
    Recipe recipe;
    PhaseSeconds seconds;
    bool textFromCache = false;
    bool promptTruncated = false;           // more tokens than the model reads
    std::vector<std::string> unknownWords;  // see Model::unknownWords
    std::uint64_t peakResidentBytes = 0;    // of the process so far
    std::vector<float> finalLatents;        // [tokens, channels], what went into the decoder before denormalising
};

// Bytes a run will need, computed before it starts.
struct MemoryPlan {
    std::uint64_t weights = 0;      // mapped, largest phase
    std::uint64_t activations = 0;  // anonymous, largest phase
    std::uint64_t peak = 0;
    std::uint64_t available = 0;  // MemAvailable, or less where a cgroup or rlimit says so
    bool fits() const { return peak <= available; }
};

struct PipelineOptions {
    int threads = 0;  // 0: all processors this process may use
    Precision precision = Precision::Int8;
    std::string kernels;            // "": PENJING_KERNELS or the best
    std::uint64_t memoryLimit = 0;  // bytes that plans may count on at most; 0: what the system has
    bool checkPicture = true;  // report finished pictures that are flat or noise as failures; off for random weights
    OpProfile* profile = nullptr;  // if given, every run adds to it; must outlive the pipeline
};

// One model ready to draw. Not thread-safe: one generate() at a time. The prompt's embedding is kept, so that a new
// seed for the same prompt skips the text encoder.
class Pipeline {
public:
    static Result<Pipeline> create(const Model& model, const PipelineOptions& options);
    Pipeline(Pipeline&&) noexcept;
    Pipeline& operator=(Pipeline&&) noexcept;
    ~Pipeline();

    // Usage error in one line if the request cannot be served by this model.
    Status check(const GenerateRequest& request) const;
    Result<MemoryPlan> plan(const GenerateRequest& request) const;

    // Errors: Usage (check), Memory (plan does not fit: the message names a size that would), Cancelled (stop
    // requested), ModelFile (the file changed under us), Internal (NaN, flat or noise picture: the message names the
    // stage).
    Result<GenerateResult> generate(const GenerateRequest& request, std::stop_token stop,
                                    const ProgressCallback& progress);

    std::string kernelSetName() const;
    int threads() const;

private:
    struct Impl;
    explicit Pipeline(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing
