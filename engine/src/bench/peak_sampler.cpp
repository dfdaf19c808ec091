#include "bench/peak_sampler.h"

#include <omp.h>

#include "penjing/kernels/linear.h"

namespace penjing {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Every thread by its own clock: one that is woken late, or waits for another, lowers nothing.
double spinFor(const SpinLoop& spin, int threads, double seconds) {
    constexpr int kRounds = 20000;
    double rate = 0.0;
#pragma omp parallel num_threads(threads) reduction(+ : rate)
    {
        double operations = 0.0, passed = 0.0;
        const Clock::time_point start = Clock::now();
        while (passed < seconds) {
            operations += spin(kRounds);
            passed = secondsSince(start);
        }
        rate += operations / passed;
    }
    return rate;
}

kernels::Factors attentionFactors(const kernels::KernelSet& set) {
    return set.floats->pairAttention != nullptr ? set.floats->pairAttention->factors : kernels::Factors::F32;
}

kernels::Factors convFactors(const kernels::KernelSet& set) {
    return set.linear->spinBFloat16 != nullptr ? kernels::Factors::BF16 : kernels::Factors::F32;
}

}  // namespace

PeakSampler::PeakSampler(const kernels::KernelSet& set, int threads)
    : threads_(threads),
      linear_{set.linear->spinInt8, 0.0, {}},
      attention_{spinOf(set, attentionFactors(set)), 0.0, {}},
      conv_{spinOf(set, convFactors(set)), 0.0, {}} {}

double PeakSampler::current(Rate& rate) {
    if (rate.perSecond > 0.0 && secondsSince(rate.measured) < kInterval)
        return rate.perSecond;
    const Clock::time_point start = Clock::now();
    rate.perSecond = spinFor(rate.spin, threads_, kSampleSeconds);
    rate.measured = Clock::now();
    spent_ += secondsSince(start);
    return rate.perSecond;
}

}  // namespace penjing
