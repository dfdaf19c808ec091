#include "pipeline/progress_meter.h"

namespace penjing {
namespace {

constexpr double kUnknown = -1.0;

}  // namespace

ProgressMeter::ProgressMeter(const ProgressCallback& callback, Speeds& speeds, int steps, int imageTokens, int passes)
    : callback_(callback),
      speeds_(speeds),
      steps_(steps),
      imageTokens_(imageTokens),
      passes_(passes),
      start_(Clock::now()),
      phaseStart_(start_) {}

void ProgressMeter::report(Phase phase, int step, double remaining, const Image* preview) const {
    if (!callback_)
        return;
    Progress progress;
    progress.phase = phase;
    progress.step = step;
    progress.steps = steps_;
    progress.elapsedSeconds = since(start_);
    progress.remainingSeconds = remaining;
    progress.preview = preview;
    callback_(progress);
}

void ProgressMeter::beginText() {
    phaseStart_ = Clock::now();
    report(Phase::Text, 0, kUnknown, nullptr);
}

void ProgressMeter::beginDenoise() {
    seconds_.text = since(phaseStart_);
    phaseStart_ = Clock::now();
    const double step = speeds_.stepSecondsPerToken * imageTokens_ * passes_;
    report(Phase::Denoise, 0, step > 0.0 ? step * steps_ + decodeEstimate() : kUnknown, nullptr);
}

void ProgressMeter::stepDone(int step, const Image* preview) {
    const double perStep = since(phaseStart_) / step;
    report(Phase::Denoise, step, perStep * (steps_ - step) + decodeEstimate(), preview);
}

void ProgressMeter::beginDecode() {
    seconds_.denoise = since(phaseStart_);
    speeds_.stepSecondsPerToken = seconds_.denoise / (steps_ * imageTokens_ * passes_);
    phaseStart_ = Clock::now();
    const double decode = decodeEstimate();
    report(Phase::Decode, steps_, decode > 0.0 ? decode : kUnknown, nullptr);
}

void ProgressMeter::finish() {
    seconds_.decode = since(phaseStart_);
    speeds_.decodeSecondsPerToken = seconds_.decode / imageTokens_;
    seconds_.total = since(start_);
}

}  // namespace penjing
