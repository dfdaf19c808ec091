#include <omp.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <new>
#include <string>

#include "bench/float_bench.h"
#include "bench/peak.h"
#include "bench/rivals.h"
#include "cpu/cpu_ops.h"
#include "pack/tile_encoder.h"
#include "pack/weight_format.h"
#include "penjing/bench.h"

namespace penjing {
namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// QKV and MLP input of double blocks, the joint input and the output of single blocks.
std::vector<GemmShape> defaultShapes() {
    std::vector<GemmShape> shapes;
    for (const auto& [k, n] : {std::pair{3072, 9216}, {3072, 27648}, {12288, 3072}}) {
        for (const int m : {64, 320, 1536}) shapes.push_back({m, k, n});
    }
    return shapes;
}

// A matrix whose tile rows (or rows) are all alike: the time does not depend on the values.
std::vector<std::byte> benchWeights(WeightFormat format, int n, int k) {
    constexpr int kRows = kTileChannels;
    const std::vector<float> values = benchData(static_cast<std::size_t>(kRows) * static_cast<std::size_t>(k));
    std::vector<std::byte> pattern;
    if (isLowBit(format)) {
        pattern = encodeTiles(quantizeWeights(format, kRows, k, values));
    } else {
        pattern.resize(matrixBytes(format, kRows, k));
        std::fill(pattern.begin(), pattern.end(), std::byte{0x3c});  // about 0.01 or 1, never NaN
    }
    std::vector<std::byte> weights(matrixBytes(format, n, k));
    for (std::size_t at = 0; at < weights.size(); at += pattern.size())
        std::copy_n(pattern.begin(), std::min(pattern.size(), weights.size() - at),
                    weights.begin() + static_cast<std::ptrdiff_t>(at));
    return weights;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// One implementation of a shape and what was measured of it.
struct Contender {
    std::string implementation;
    std::string format;
    std::function<void()> run;
    std::vector<double> gops;
    std::vector<double> ofPeak;
};

// Everything that the contenders of one shape work on.
class GemmCase {
public:
    GemmCase(const kernels::KernelSet& set, const GemmShape& shape, int threads, const GemmBenchOptions& options)
        : shape_(shape),
          x_(benchData(static_cast<std::size_t>(shape.m) * static_cast<std::size_t>(shape.k))),
          y_(static_cast<std::size_t>(shape.m) * static_cast<std::size_t>(shape.n)),
          ops_(makeCpuOps(set, threads, {})) {
        for (const std::string& name : options.formats) addOurs(name);
        if (options.rivals)
            addRivals(threads);
    }

    std::vector<Contender>& contenders() { return contenders_; }

private:
    void addOurs(const std::string& name) {
        const WeightFormat format = *formatByName(name);
        weights_.push_back(benchWeights(format, shape_.n, shape_.k));
        const Weight weight{format, shape_.n, shape_.k, weights_.back().data()};
        contenders_.push_back(
            {"penjing",
             name,
             [this, weight] {
                 const ConstMat x{x_.data(), shape_.m, shape_.k, shape_.k};
                 const LinearJob job{.weight = weight, .y = {y_.data(), shape_.m, shape_.n, shape_.n}};
                 failed_ = failed_ || !ops_->linear(x, {&job, 1}, Precision::Int8);
             },
             {},
             {}});
    }

    void addRivals(int threads) {
        omp_set_num_threads(threads);
        oneDnn_ = OneDnnRival::create(shape_.m, shape_.k, shape_.n);
        if (oneDnn_)
            contenders_.push_back({"onednn", "s8", [this] { oneDnn_->multiply(); }, {}, {}});
        blas_ = std::make_unique<BlasRival>(threads);
        if (!blas_->available())
            return;
        dense_ = benchData(static_cast<std::size_t>(shape_.n) * static_cast<std::size_t>(shape_.k));
        contenders_.push_back({"openblas",
                               "f32",
                               [this] {
                                   const auto [m, k, n] = shape_;
                                   blas_->multiply(m, n, k, x_.data(), k, dense_.data(), k, true, y_.data(), n);
                               },
                               {},
                               {}});
    }

public:
    bool failed() const { return failed_; }

private:
    GemmShape shape_;
    std::vector<float> x_, y_, dense_;
    std::vector<std::vector<std::byte>> weights_;
    std::unique_ptr<Ops> ops_;
    std::unique_ptr<OneDnnRival> oneDnn_;
    std::unique_ptr<BlasRival> blas_;
    std::vector<Contender> contenders_;
    bool failed_ = false;
};

// One turn: the peak, the product, the peak again. The percentage compares processor times, so that what else runs on
// the machine takes nothing from it; threads that wait for others count as working.
void takeTurn(const kernels::KernelSet& set, const GemmShape& shape, int threads, Contender& contender) {
    constexpr double kPeakMilliseconds = 5.0;
    const double operations = 2e-9 * shape.m * shape.k * shape.n;
    const double before = measureInt8Gops(set, threads, kPeakMilliseconds);
    const Clock::time_point start = Clock::now();
    const double processStart = processSeconds();
    contender.run();
    const double processed = processSeconds() - processStart;
    contender.gops.push_back(operations / secondsSince(start));
    const double after = measureInt8Gops(set, threads, kPeakMilliseconds);
    contender.ofPeak.push_back(100.0 * operations * threads / processed / (0.5 * (before + after)));
}

Status benchShape(const kernels::KernelSet& set, const GemmShape& shape, int threads, const GemmBenchOptions& options,
                  const std::stop_token& stop, std::vector<GemmRow>& rows) {
    constexpr int kMinTurns = 5;
    GemmCase gemm(set, shape, threads, options);
    for (Contender& contender : gemm.contenders()) contender.run();  // pages, caches, threads
    const double budget = options.secondsPerCase * static_cast<double>(gemm.contenders().size());
    const Clock::time_point start = Clock::now();
    for (int turn = 0; turn < kMinTurns || secondsSince(start) < budget; ++turn) {
        for (Contender& contender : gemm.contenders()) {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled"};
            takeTurn(set, shape, threads, contender);
        }
    }
    if (gemm.failed())
        return Error{ErrorCode::Internal, "bench gemm: the product failed"};
    for (const Contender& contender : gemm.contenders())
        rows.push_back({contender.implementation, contender.format, shape.m, shape.k, shape.n, threads,
                        median(contender.gops), median(contender.ofPeak)});
    return {};
}

}  // namespace

Result<GemmReport> benchGemm(const GemmBenchOptions& options, std::stop_token stop) {
    FloatBenchOptions named;
    named.kernels = options.kernels;
    const Result<const kernels::KernelSet*> set = benchKernels(named);
    if (!set)
        return set.error();
    for (const std::string& name : options.formats) {
        if (!formatByName(name))
            return Error{ErrorCode::Usage, "no weight format is called '" + name + "'"};
    }
    GemmReport report{.kernels = std::string((*set)->name), .rows = {}};
    try {
        for (const GemmShape& shape : options.shapes.empty() ? defaultShapes() : options.shapes) {
            for (const int threads : options.threads)
                PENJING_TRY(benchShape(**set, shape, threads, options, stop, report.rows));
        }
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Memory, "not enough memory for the matrices of bench gemm"};
    }
    return report;
}

}  // namespace penjing
