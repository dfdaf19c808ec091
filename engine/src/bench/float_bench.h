#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "penjing/bench_float.h"
#include "penjing/kernels/float.h"
#include "penjing/kernels/kernel_set.h"

namespace penjing {

// y[m, n] = a[m, k]·b[k, n] (or b[n, k] transposed) by OpenBLAS, if the machine has it; loaded at run time, never
// linked.
class BlasRival {
public:
    explicit BlasRival(int threads);
    ~BlasRival();
    BlasRival(const BlasRival&) = delete;
    BlasRival& operator=(const BlasRival&) = delete;
    bool available() const { return gemm_ != nullptr; }
    void multiply(int m, int n, int k, const float* a, int lda, const float* b, int ldb, bool bTransposed, float* y,
                  int ldy) const;

private:
    using Gemm = void (*)(int, int, int, int, int, int, float, const float*, int, const float*, int, float, float*,
                          int);
    void* library_ = nullptr;
    Gemm gemm_ = nullptr;
};

// The set that the options name. Usage error if this processor has none of that name.
Result<const kernels::KernelSet*> benchKernels(const FloatBenchOptions& options);

// GFLOP/s of multiply-adds (fp32), or of dot products of bfloat16 pairs, in registers on all threads at once; 0 where
// the set has no such instruction.
double measurePeakGflops(const kernels::KernelSet& set, kernels::Factors factors, int threads);

// A report without rows.
FloatBenchReport startReport(const kernels::KernelSet& set, kernels::Factors factors, int threads);

// Seconds of the fastest of the runs that fit in `budget` seconds (two at least).
double fastestRun(double budget, const std::function<void()>& run);
// The same of two, run in turns, so that what else the machine does disturbs both alike; `budget` is for both.
std::pair<double, double> fastestRuns(double budget, const std::function<void()>& a, const std::function<void()>& b);

std::vector<float> benchData(std::size_t count);

}  // namespace penjing
