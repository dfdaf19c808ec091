#include "fake_drawing_engine.h"

#include <new>

namespace penjing::studio {
namespace {

constexpr int kSide = 16;
constexpr int kSteps = 4;

Image picture(std::uint64_t seed) {
    return {kSide, kSide, std::vector<std::uint8_t>(3 * kSide * kSide, static_cast<std::uint8_t>(seed))};
}

}  // namespace

void FakeScript::setManner(Manner manner, Error error) {
    const std::lock_guard lock(mutex_);
    manner_ = manner;
    error_ = std::move(error);
    hangs_ = true;
}

void FakeScript::allowSteps(int steps) {
    const std::lock_guard lock(mutex_);
    allowedSteps_ = steps;
    changed_.notify_all();
}

void FakeScript::letGo() {
    const std::lock_guard lock(mutex_);
    hangs_ = false;
    changed_.notify_all();
}

void FakeScript::setPlan(std::function<Result<MemoryPlan>(const GenerateRequest&)> plan) {
    const std::lock_guard lock(mutex_);
    plan_ = std::move(plan);
}

void FakeScript::setSeconds(const PhaseSeconds& seconds) {
    const std::lock_guard lock(mutex_);
    seconds_ = seconds;
}

void FakeScript::setLoadError(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    loadError_ = std::move(error);
}

void FakeScript::setModelHash(const std::string& hash) {
    const std::lock_guard lock(mutex_);
    modelHash_ = hash;
}

std::vector<GenerateRequest> FakeScript::drawn() const {
    const std::lock_guard lock(mutex_);
    return drawn_;
}

std::vector<EngineSettings> FakeScript::loads() const {
    const std::lock_guard lock(mutex_);
    return loads_;
}

int FakeScript::peaksMeasured() const {
    const std::lock_guard lock(mutex_);
    return peaks_;
}

Result<ModelInfo> FakeDrawingEngine::load(const QString&, const EngineSettings& settings) {
    const std::lock_guard lock(script_->mutex_);
    script_->loads_.push_back(settings);
    if (script_->loadError_)
        return *script_->loadError_;
    ModelInfo info;
    info.name = "Fake";
    info.hash = script_->modelHash_;
    info.textEncoderParameters = 1'000'000;
    info.transformerParameters = 10'000'000;
    info.vaeParameters = 1'000'000;
    info.defaultWidth = info.defaultHeight = 256;
    info.defaultSteps = kSteps;
    info.textTokens = 512;
    info.minSize = 64;
    info.maxSize = 1024;
    info.compactText = true;
    return info;
}

bool FakeDrawingEngine::waitForStep(std::stop_token stop) {
    std::unique_lock lock(script_->mutex_);
    if (!script_->changed_.wait(lock, stop, [&] { return script_->allowedSteps_ > 0; }))
        return false;
    --script_->allowedSteps_;
    return !stop.stop_requested();
}

Result<GenerateResult> FakeDrawingEngine::draw(const GenerateRequest& request, std::stop_token stop,
                                               const ProgressCallback& progress) {
    FakeScript::Manner manner;
    {
        std::unique_lock lock(script_->mutex_);
        script_->drawn_.push_back(request);
        manner = script_->manner_;
        if (manner == FakeScript::Manner::Hangs)
            script_->changed_.wait(lock, [&] { return !script_->hangs_; });
    }
    using enum FakeScript::Manner;
    if (manner == Fails)
        return script_->error_;
    if (manner == RunsOutOfMemory)
        throw std::bad_alloc();
    if (manner == ThrowsInt)
        throw 42;
    if (manner == ReturnsNothing)
        return GenerateResult{};

    const int steps = request.steps > 0 ? request.steps : kSteps;
    DenoiseState state{request.resumeFrom ? request.resumeFrom->step : 0, {}};
    GenerateResult result;
    progress({.phase = Phase::Text, .step = state.step, .steps = steps});
    while (state.step < steps) {
        if (!waitForStep(stop))
            return Error{ErrorCode::Cancelled, "cancelled"};
        ++state.step;
        state.latents = {static_cast<float>(state.step), static_cast<float>(request.seed)};
        const Image preview = picture(request.seed);
        progress({.phase = Phase::Denoise, .step = state.step, .steps = steps, .preview = &preview, .state = &state});
        if (request.finishEarly.stop_requested()) {
            result.recipe.stoppedAfter = state.step;
            break;
        }
    }
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled"};
    result.image = picture(request.seed);
    result.recipe.prompt = request.prompt;
    result.recipe.seed = request.seed;
    result.recipe.steps = steps;
    result.recipe.compactText = request.compactText;
    result.recipe.width = result.recipe.height = 256;
    result.recipe.modelHash = "f00d";
    const std::lock_guard lock(script_->mutex_);
    result.seconds = script_->seconds_;
    return result;
}

Result<PictureVerdict> FakeDrawingEngine::verifyPicture(const QString&, std::stop_token stop,
                                                        const ProgressCallback& progress) {
    progress({.phase = Phase::Denoise, .step = 1, .steps = 1});
    if (!waitForStep(stop))
        return Error{ErrorCode::Cancelled, "cancelled"};
    PictureVerdict verdict;
    verdict.match = Match::SameLook;
    return verdict;
}

Status FakeDrawingEngine::check(const GenerateRequest& request) {
    return request.width % 16 == 0 ? Status() : Error{ErrorCode::Usage, "width is not a multiple of 16"};
}

Result<MemoryPlan> FakeDrawingEngine::plan(const GenerateRequest& request) {
    const std::lock_guard lock(script_->mutex_);
    return script_->plan_ ? script_->plan_(request) : MemoryPlan{.peak = 1, .available = 2};
}

QStringList FakeDrawingEngine::unknownWords(const QString& prompt) {
    return prompt.contains("zebra") ? QStringList{"zebra"} : QStringList();
}

Result<PeakReport> FakeDrawingEngine::measurePeak(int threads) {
    const std::lock_guard lock(script_->mutex_);
    ++script_->peaks_;
    PeakReport report;
    report.threads = threads;
    report.int8Gops = 100.0;
    report.fp32Gflops = 50.0;
    return report;
}

}  // namespace penjing::studio
