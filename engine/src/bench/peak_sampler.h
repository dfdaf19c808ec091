#pragma once

#include <chrono>

#include "bench/peak.h"

namespace penjing {

// What the multiplying instructions of a kernel set do in registers, measured now and then while other work goes on: on
// a shared machine, whose host takes processors away and whose hyperthreads have neighbours, the best of a quiet
// moment says little about the minute in which a picture was drawn. Not thread-safe; between operations only.
class PeakSampler {
public:
    PeakSampler(const kernels::KernelSet& set, int threads);

    // Operations a second of all threads: low-bit products, and the factors of attention and convolution in the default
    // precision. Measured for kSampleSeconds where the last time was more than kInterval seconds ago.
    double linear() { return current(linear_); }
    double attention() { return current(attention_); }
    double conv() { return current(conv_); }
    // What measuring has taken so far.
    double secondsSpent() const { return spent_; }

    static constexpr double kSampleSeconds = 0.01;
    static constexpr double kInterval = 0.5;

private:
    using Clock = std::chrono::steady_clock;
    struct Rate {
        SpinLoop spin;
        double perSecond = 0.0;
        Clock::time_point measured;
    };

    double current(Rate& rate);

    int threads_;
    Rate linear_, attention_, conv_;
    double spent_ = 0.0;
};

}  // namespace penjing
