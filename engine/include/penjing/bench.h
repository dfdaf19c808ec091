#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "penjing/op_profile.h"
#include "penjing/result.h"

namespace penjing {

// What this computer can do at most with one kernel set, all threads at once by the clock on the wall: instructions in
// registers, and reading memory. A multiply-add counts as two operations.
struct PeakReport {
    std::string kernels;
    int threads = 1;
    double int8Gops = 0.0;
    double bf16Gflops = 0.0;  // 0: no such instruction
    double fp32Gflops = 0.0;
    double int16Gops = 0.0;  // 0: the set does not multiply 16-bit integers
    double readGbps = 0.0;   // 10^9 bytes a second, from a buffer larger than any cache
    // The peaks of what attention and convolution multiply in the default precision.
    double attentionGflops() const { return bf16Gflops > 0.0 ? bf16Gflops : int16Gops > 0.0 ? int16Gops : fp32Gflops; }
    double convGflops() const { return bf16Gflops > 0.0 ? bf16Gflops : fp32Gflops; }
};

// Seconds that the profile's products would take at the peaks of what they multiply; everything else counts as free.
double secondsAtPeak(const OpProfile& profile, const PeakReport& peak);
// The same at the rates that the instructions had while the profile was taken (OpTime::possible).
double secondsAtPossible(const OpProfile& profile);

struct GemmShape {
    int m = 0, k = 0, n = 0;
};

struct GemmBenchOptions {
    std::string kernels;  // name of a kernel set; empty for the best
    std::vector<int> threads = {1, 2};
    std::vector<std::string> formats = {"t3"};  // names as in docs/formats/pack.md: "t3", "q4", "bf16", …
    std::vector<GemmShape> shapes;              // empty: M 64, 320, 1536 × the linears of a 4B FLUX.2 transformer
    bool rivals = true;                         // also oneDNN and OpenBLAS where they are installed
    double secondsPerCase = 2.0;                // of measuring, for each row
};

// A product as an application would call it: quantising the activations and decoding the weights are inside the time.
// Rivals have their weights packed beforehand and quantise nothing. Implementations of a shape are run in turns, each
// turn beside a measurement of the peak. gops is by the clock on the wall; the percentage is the ratio to the peak by
// processor time. A turn is undisturbed if the peak on both sides of it was within 5 % of the 95th percentile of all
// peaks of the run: a busy hyperthread of another program halves what a processor can do and shows there. The figures
// are medians over the undisturbed turns, or over all where there were fewer than three. Noise of the host only ever
// slows, so the fastest turn against the fastest peak of all rows with as many threads, both by the clock on the wall,
// says what the product reaches when it is left alone.
struct GemmRow {
    // "penjing", "penjing turbo" (Int7, where the set has lookups), "onednn" (u8×s8→f32, one scale per channel),
    // "openblas" (f32)
    std::string implementation;
    std::string format;  // of the weights
    int m = 0, k = 0, n = 0;
    int threads = 1;
    double gops = 0.0;           // 2·M·K·N / seconds / 10^9
    double percentOfPeak = 0.0;  // of the int8 peak with as many threads; for openblas too, to be comparable
    double fastestGops = 0.0;
    double fastestPercentOfPeak = 0.0;
    int turns = 0;
    int undisturbedTurns = 0;
};

struct GemmReport {
    std::string kernels;
    std::vector<GemmRow> rows;
};

// Usage error for an unknown kernel set or format, Cancelled, Memory.
Result<PeakReport> benchPeak(const std::string& kernels, int threads);
Result<GemmReport> benchGemm(const GemmBenchOptions& options, std::stop_token stop);

}  // namespace penjing
