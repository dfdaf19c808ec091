#include "bench/float_bench.h"

#include <dlfcn.h>
#include <omp.h>

#include <algorithm>
#include <cstdlib>

#include "bench/peak.h"
#include "penjing/kernels/float.h"
#include "penjing/kernels/linear.h"

namespace penjing {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

template <class Function>
Function symbol(void* library, const char* name) {
    return library != nullptr ? reinterpret_cast<Function>(dlsym(library, name)) : nullptr;
}

// OpenBLAS reads its settings while it is loaded.
void* openBlas() {
    setenv("OPENBLAS_THREAD_TIMEOUT", "4", /*overwrite=*/0);  // 2^4 cycles; by default its idle threads spin for 2^26
    return dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
}

}  // namespace

BlasRival::BlasRival(int threads) : library_(openBlas()) {
    gemm_ = symbol<Gemm>(library_, "cblas_sgemm");
    if (const auto setThreads = symbol<void (*)(int)>(library_, "openblas_set_num_threads"))
        setThreads(threads);
}

BlasRival::~BlasRival() {
    if (library_ != nullptr)
        dlclose(library_);
}

void BlasRival::multiply(int m, int n, int k, const float* a, int lda, const float* b, int ldb, bool bTransposed,
                         float* y, int ldy) const {
    constexpr int kRowMajor = 101, kPlain = 111, kTransposed = 112;  // of cblas.h
    gemm_(kRowMajor, kPlain, bTransposed ? kTransposed : kPlain, m, n, k, 1.0f, a, lda, b, ldb, 0.0f, y, ldy);
}

Result<const kernels::KernelSet*> benchKernels(const FloatBenchOptions& options) {
    if (options.kernels.empty())
        return &kernels::bestKernelSet();
    const kernels::KernelSet* set = kernels::findKernelSet(options.kernels);
    if (set == nullptr)
        return Error{ErrorCode::Usage, "this processor has no kernels called '" + options.kernels + "'"};
    return set;
}

SpinLoop spinOf(const kernels::KernelSet& set, kernels::Factors factors) {
    switch (factors) {
        case kernels::Factors::BF16:
            return set.linear->spinBFloat16;
        case kernels::Factors::I13:
            return [spin = set.linear->spinInt8](int rounds) { return 0.5 * spin(rounds); };
        case kernels::Factors::F32:
            break;
    }
    return [spin = set.floats->spinMultiplyAdd](int rounds) {
        float result = 0.0f;
        const double operations = spin(rounds, &result);
        [[maybe_unused]] volatile float sink = result;  // looked at, so that it is computed
        return operations;
    };
}

namespace {

const char* nameOf(kernels::Factors factors) {
    switch (factors) {
        case kernels::Factors::BF16:
            return "bf16";
        case kernels::Factors::I13:
            return "int16";
        case kernels::Factors::F32:
            break;
    }
    return "fp32";
}

}  // namespace

double measurePeakGflops(const kernels::KernelSet& set, kernels::Factors factors, int threads) {
    if (factors == kernels::Factors::BF16 && set.linear->spinBFloat16 == nullptr)
        return 0.0;
    return bestSpinRate(spinOf(set, factors), threads);
}

FloatBenchReport startReport(const kernels::KernelSet& set, kernels::Factors factors, int threads) {
    return {std::string(set.name), threads, nameOf(factors), measurePeakGflops(set, factors, threads), {}};
}

double fastestRun(double budget, const std::function<void()>& run) {
    run();  // pages, caches, threads
    double best = 1e300;
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < 2 || secondsSince(start) < budget; ++i) {
        const Clock::time_point begin = Clock::now();
        run();
        best = std::min(best, secondsSince(begin));
    }
    return best;
}

std::pair<double, double> fastestRuns(double budget, const std::function<void()>& a, const std::function<void()>& b) {
    std::pair<double, double> best = {1e300, 1e300};
    a();
    b();
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < 2 || secondsSince(start) < budget; ++i) {
        const Clock::time_point begin = Clock::now();
        a();
        const Clock::time_point middle = Clock::now();
        b();
        best.first = std::min(best.first, std::chrono::duration<double>(middle - begin).count());
        best.second = std::min(best.second, secondsSince(middle));
    }
    return best;
}

// Small integers over 256: no subnormals, no growth.
std::vector<float> benchData(std::size_t count) {
    std::vector<float> data(count);
    std::uint32_t state = 1;
    for (float& value : data) {
        state = state * 1664525u + 1013904223u;
        value = static_cast<float>(static_cast<int>(state >> 24) - 128) / 256.0f;
    }
    return data;
}

}  // namespace penjing
