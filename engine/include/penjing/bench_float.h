#pragma once

#include <string>
#include <vector>

#include "penjing/result.h"

namespace penjing {

struct FloatBenchOptions {
    std::string kernels;  // name of a kernel set; empty for the best
    int threads = 1;
    double secondsPerCase = 0.3;  // each case is repeated for about this long, and the fastest run counts
};

// One case. A multiply-add counts as two operations.
struct FloatBenchRow {
    std::string name;  // what was run, in words
    double seconds = 0.0;
    double gflops = 0.0;
    double percentOfPeak = 0.0;  // of the peak of this row's factors
    double madeOfDirect =
        1.0;  // convolutions: the multiply-adds that were made over those of a direct one, which gflops counts
    double accurateSeconds =
        0.0;  // the same case in the accurate mode (direct products in fp32), where that differs; else 0
    double blasGflops = 0.0;  // OpenBLAS on the matrix products of the case alone; 0 where it is not installed
};

struct FloatBenchReport {
    std::string kernels;
    int threads = 1;
    std::string factors;      // "fp32", or "bf16" or "int16" where the default precision multiplies such pairs
    double peakGflops = 0.0;  // what these products reach in registers, same kernels, threads and run
    std::vector<FloatBenchRow> rows;
};

// Both measure what the default precision (Int8) runs.
// Attention at the shapes of the bundled model and of a 512² and 1024² FLUX.2 step. Usage error for an unknown set.
Result<FloatBenchReport> benchAttention(const FloatBenchOptions& options);
// Convolutions of VAE decoders: 3x3 from 16 to 512 channels, 1x1, and one that enlarges.
Result<FloatBenchReport> benchConvolution(const FloatBenchOptions& options);

}  // namespace penjing
