#pragma once

#include <chrono>

#include "penjing/pipeline.h"
#include "pipeline/drawing.h"

namespace penjing {

// What earlier pictures of this pipeline took, for estimates before a run has times of its own. 0: not known yet.
struct Speeds {
    double stepSecondsPerToken = 0.0;
    double decodeSecondsPerToken = 0.0;
};

// Measures the phases of one run and tells the callback about them.
class ProgressMeter {
public:
    // `callback` may be empty; it and `speeds` are borrowed.
    ProgressMeter(const ProgressCallback& callback, Speeds& speeds, const Drawing& drawing);

    void beginText();
    void beginDenoise();
    void stepDone(const DenoiseState& state, const Image* preview);
    // steps: those that are finished, those of a resumed run included.
    void beginDecode(int steps);
    void finish();

    PhaseSeconds seconds() const { return seconds_; }

private:
    using Clock = std::chrono::steady_clock;

    static double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
    void report(Progress progress) const;
    // Of `steps` steps, by earlier pictures; 0 if there were none.
    double stepsEstimate(int steps) const { return speeds_.stepSecondsPerToken * imageTokens_ * passes_ * steps; }
    double decodeEstimate() const { return speeds_.decodeSecondsPerToken * imageTokens_; }

    const ProgressCallback& callback_;
    Speeds& speeds_;
    int steps_;
    int stepsBefore_;
    int lastStep_;
    double imageTokens_;
    double passes_;
    Clock::time_point start_;
    Clock::time_point phaseStart_;
    PhaseSeconds seconds_;
};

}  // namespace penjing
