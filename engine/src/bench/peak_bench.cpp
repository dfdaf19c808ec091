#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <memory>
#include <new>

#include "bench/float_bench.h"
#include "bench/peak.h"
#include "penjing/bench.h"
#include "penjing/kernels/linear.h"

namespace penjing {
namespace {

using Clock = std::chrono::steady_clock;
using Spin = double (*)(int rounds);

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double clockSeconds(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// 10^9 operations a second of all threads together, each spinning for about `seconds` of its own processor time; by
// that time.
double spinRate(Spin spin, int threads, double seconds) {
    constexpr int kRounds = 20000;  // some 30 µs: asking for the thread's time takes up to half a microsecond
    double rate = 0.0;
#pragma omp parallel num_threads(threads) reduction(+ : rate)
    {
        double operations = 0.0;
        double spent = 0.0;
        const double start = clockSeconds(CLOCK_THREAD_CPUTIME_ID);
        while (spent < seconds) {
            operations += spin(kRounds);
            spent = clockSeconds(CLOCK_THREAD_CPUTIME_ID) - start;
        }
        rate += operations / spent * 1e-9;
    }
    return rate;
}

// Rounds that take one thread at least 5 ms.
int roundsOfATry(const SpinLoop& spin) {
    int rounds = 1000;
    for (Clock::time_point start = Clock::now(); spin(rounds) > 0.0 && secondsSince(start) < 0.005;
         start = Clock::now())
        rounds *= 2;
    return rounds;
}

// Each thread adds up its part of a buffer far larger than the caches.
double readGbps(int threads) {
    constexpr std::size_t kBytes = std::size_t{256} << 20;
    constexpr std::size_t kWords = kBytes / sizeof(std::uint64_t);
    constexpr int kTries = 5;
    const std::unique_ptr<std::uint64_t[]> words(new (std::nothrow) std::uint64_t[kWords]);
    if (!words)
        return 0.0;
    std::fill_n(words.get(), kWords, 1);
    double best = 0.0;
    for (int i = 0; i < kTries; ++i) {
        std::uint64_t sum = 0;
        const Clock::time_point start = Clock::now();
#pragma omp parallel for schedule(static) num_threads(threads) reduction(+ : sum)
        for (std::size_t w = 0; w < kWords; ++w) sum += words[w];
        if (sum == kWords)  // looked at, so that it is computed
            best = std::max(best, static_cast<double>(kBytes) / secondsSince(start) * 1e-9);
    }
    return best;
}

}  // namespace

double bestSpinRate(const SpinLoop& spin, int threads) {
    constexpr int kTries = 30;
    const int rounds = roundsOfATry(spin);
    double best = 0.0;
    for (int i = 0; i < kTries; ++i) {
        double operations = 0.0;
        const Clock::time_point start = Clock::now();
#pragma omp parallel num_threads(threads) reduction(+ : operations)
        operations += spin(rounds);
        best = std::max(best, operations / secondsSince(start) * 1e-9);
    }
    return best;
}

double measureInt8Gops(const kernels::KernelSet& set, int threads, double milliseconds) {
    return spinRate(set.linear->spinInt8, threads, milliseconds * 1e-3);
}

double processSeconds() {
    return clockSeconds(CLOCK_PROCESS_CPUTIME_ID);
}

double secondsAtPeak(const OpProfile& profile, const PeakReport& peak) {
    const auto seconds = [](const OpTime& time, double gigaPerSecond) {
        return gigaPerSecond > 0.0 ? time.operations / (gigaPerSecond * 1e9) : 0.0;
    };
    return seconds(profile.linear, peak.int8Gops) + seconds(profile.attention, peak.attentionGflops()) +
           seconds(profile.conv, peak.convGflops());
}

double secondsAtPossible(const OpProfile& profile) {
    const auto seconds = [](const OpTime& time) {
        return time.possible > 0.0 ? time.seconds * time.operations / time.possible : 0.0;
    };
    return seconds(profile.linear) + seconds(profile.attention) + seconds(profile.conv);
}

Result<PeakReport> benchPeak(const std::string& kernels, int threads) {
    FloatBenchOptions options;
    options.kernels = kernels;
    const Result<const kernels::KernelSet*> found = benchKernels(options);
    if (!found)
        return found.error();
    const kernels::KernelSet& set = **found;
    PeakReport report{.kernels = std::string(set.name), .threads = std::max(threads, 1)};
    report.int8Gops = bestSpinRate(set.linear->spinInt8, report.threads);
    report.bf16Gflops = measurePeakGflops(set, kernels::Factors::BF16, report.threads);
    // A dot product of 16-bit integers does half the multiply-adds of one of bytes, in the same time.
    if (set.floats->pairAttention != nullptr && set.floats->pairAttention->factors == kernels::Factors::I13)
        report.int16Gops = 0.5 * report.int8Gops;
    report.fp32Gflops = measurePeakGflops(set, kernels::Factors::F32, report.threads);
    report.readGbps = readGbps(report.threads);
    return report;
}

}  // namespace penjing
