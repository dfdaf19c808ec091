#include "pipeline/progress_meter.h"

namespace penjing {
namespace {

constexpr double kUnknown = -1.0;

}  // namespace

ProgressMeter::ProgressMeter(const ProgressCallback& callback, Speeds& speeds, const Drawing& drawing)
    : callback_(callback),
      speeds_(speeds),
      steps_(drawing.steps),
      stepsBefore_(drawing.stepsBefore),
      lastStep_(drawing.lastStep()),
      imageTokens_(drawing.imageTokens()),
      passes_(drawing.twoPasses() ? 2 : 1),
      start_(Clock::now()),
      phaseStart_(start_) {}

void ProgressMeter::report(Progress progress) const {
    if (!callback_)
        return;
    progress.steps = steps_;
    progress.elapsedSeconds = since(start_);
    callback_(progress);
}

void ProgressMeter::beginText() {
    phaseStart_ = Clock::now();
    report({.phase = Phase::Text, .step = stepsBefore_, .remainingSeconds = kUnknown});
}

void ProgressMeter::beginDenoise() {
    seconds_.text = since(phaseStart_);
    phaseStart_ = Clock::now();
    const double steps = stepsEstimate(lastStep_ - stepsBefore_);
    const double remaining = steps > 0.0 ? steps + decodeEstimate() : kUnknown;
    report({.phase = Phase::Denoise, .step = stepsBefore_, .remainingSeconds = remaining});
}

void ProgressMeter::stepDone(const DenoiseState& state, const Image* preview) {
    const double perStep = since(phaseStart_) / (state.step - stepsBefore_);
    report({.phase = Phase::Denoise,
            .step = state.step,
            .remainingSeconds = perStep * (lastStep_ - state.step) + decodeEstimate(),
            .preview = preview,
            .state = &state});
}

void ProgressMeter::beginDecode(int steps) {
    seconds_.denoise = since(phaseStart_);
    if (steps > stepsBefore_)
        speeds_.stepSecondsPerToken = seconds_.denoise / ((steps - stepsBefore_) * imageTokens_ * passes_);
    phaseStart_ = Clock::now();
    const double decode = decodeEstimate();
    report({.phase = Phase::Decode, .step = steps, .remainingSeconds = decode > 0.0 ? decode : kUnknown});
}

void ProgressMeter::finish() {
    seconds_.decode = since(phaseStart_);
    speeds_.decodeSecondsPerToken = seconds_.decode / imageTokens_;
    seconds_.total = since(start_);
}

}  // namespace penjing
