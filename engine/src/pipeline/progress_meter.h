#pragma once

#include <chrono>

#include "penjing/pipeline.h"

namespace penjing {

// What earlier pictures of this pipeline took, for estimates before a run has times of its own. 0: not known yet.
struct Speeds {
    double stepSecondsPerToken = 0.0;
    double decodeSecondsPerToken = 0.0;
};

// Measures the phases of one run and tells the callback about them.
class ProgressMeter {
public:
    // `callback` may be empty; it and `speeds` are borrowed. passes: transformer passes per step.
    ProgressMeter(const ProgressCallback& callback, Speeds& speeds, int steps, int imageTokens, int passes);

    void beginText();
    void beginDenoise();
    void stepDone(int step, const Image* preview);
    void beginDecode();
    void finish();

    PhaseSeconds seconds() const { return seconds_; }

private:
    using Clock = std::chrono::steady_clock;

    static double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
    void report(Phase phase, int step, double remaining, const Image* preview) const;
    double decodeEstimate() const { return speeds_.decodeSecondsPerToken * imageTokens_; }

    const ProgressCallback& callback_;
    Speeds& speeds_;
    int steps_;
    double imageTokens_;
    double passes_;
    Clock::time_point start_;
    Clock::time_point phaseStart_;
    PhaseSeconds seconds_;
};

}  // namespace penjing
