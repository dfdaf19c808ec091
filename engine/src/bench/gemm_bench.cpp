#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <iterator>
#include <new>
#include <string>

#include "bench/float_bench.h"
#include "bench/peak.h"
#include "bench/rivals.h"
#include "cpu/cpu_ops.h"
#include "ops/workspace.h"
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

double percentile(std::vector<double> values, double fraction) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(fraction * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

struct Turn {
    double gops = 0.0;
    double ofPeak = 0.0;
    double peakBefore = 0.0, peakAfter = 0.0;

    bool undisturbed(double peak) const {
        const auto near = [peak](double measured) { return std::abs(measured - peak) <= 0.05 * peak; };
        return near(peakBefore) && near(peakAfter);
    }
};

// One implementation of a shape.
struct Contender {
    std::string implementation;
    std::string format;
    std::function<void()> run;
};

// What was measured of a contender.
struct Measured {
    GemmRow row;
    std::vector<Turn> turns;
};

// Everything that the contenders of one shape work on.
class GemmCase {
public:
    static Result<std::unique_ptr<GemmCase>> create(const kernels::KernelSet& set, const GemmShape& shape, int threads,
                                                    const GemmBenchOptions& options) {
        Result<Workspace> workspace =
            Workspace::reserve(Workspace::matrixFloats(shape.m, shape.k) + Workspace::matrixFloats(shape.m, shape.n));
        if (!workspace)
            return workspace.error();
        return std::make_unique<GemmCase>(set, shape, threads, options, std::move(*workspace));
    }

    GemmCase(const kernels::KernelSet& set, const GemmShape& shape, int threads, const GemmBenchOptions& options,
             Workspace workspace)
        : set_(set),
          shape_(shape),
          workspace_(std::move(workspace)),
          x_(workspace_.matrix(shape.m, shape.k)),
          y_(workspace_.matrix(shape.m, shape.n)),
          ops_(makeCpuOps(set, threads, {})) {
        std::ranges::copy(benchData(static_cast<std::size_t>(shape.m) * static_cast<std::size_t>(shape.k)), x_.data);
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
        addPrecision("penjing", name, weight, Precision::Int8);
        if (set_.tables != nullptr && (format == WeightFormat::T3 || format == WeightFormat::B1))
            addPrecision("penjing turbo", name, weight, Precision::Int7);
    }

    void addPrecision(const char* implementation, const std::string& format, const Weight& weight,
                      Precision precision) {
        contenders_.push_back({implementation, format, [this, weight, precision] {
                                   const LinearJob job{.weight = weight, .y = y_};
                                   failed_ = failed_ || !ops_->linear(x_, {&job, 1}, precision);
                               }});
    }

    void addRivals(int threads) {
        omp_set_num_threads(threads);
        oneDnn_ = OneDnnRival::create(shape_.m, shape_.k, shape_.n);
        if (oneDnn_)
            contenders_.push_back({"onednn", "s8", [this] { oneDnn_->multiply(); }});
        blas_ = std::make_unique<BlasRival>(threads);
        if (!blas_->available())
            return;
        dense_ = benchData(static_cast<std::size_t>(shape_.n) * static_cast<std::size_t>(shape_.k));
        contenders_.push_back({"openblas", "f32", [this] {
                                   const auto [m, k, n] = shape_;
                                   blas_->multiply(m, n, k, x_.data, k, dense_.data(), k, true, y_.data, n);
                               }});
    }

public:
    bool failed() const { return failed_; }

private:
    const kernels::KernelSet& set_;
    GemmShape shape_;
    Workspace workspace_;
    Mat x_, y_;
    std::vector<float> dense_;
    std::vector<std::vector<std::byte>> weights_;
    std::unique_ptr<Ops> ops_;
    std::unique_ptr<OneDnnRival> oneDnn_;
    std::unique_ptr<BlasRival> blas_;
    std::vector<Contender> contenders_;
    bool failed_ = false;
};

// One turn: the peak, the product, the peak again. The percentage compares processor times, so that what else runs on
// the machine takes nothing from it; threads that wait for others count as working.
Turn takeTurn(const kernels::KernelSet& set, const GemmShape& shape, int threads, const Contender& contender) {
    constexpr double kPeakMilliseconds = 5.0;
    const double operations = 2e-9 * shape.m * shape.k * shape.n;
    Turn turn;
    turn.peakBefore = measureInt8Gops(set, threads, kPeakMilliseconds);
    const Clock::time_point start = Clock::now();
    const double processStart = processSeconds();
    contender.run();
    const double processed = processSeconds() - processStart;
    turn.gops = operations / secondsSince(start);
    turn.peakAfter = measureInt8Gops(set, threads, kPeakMilliseconds);
    turn.ofPeak = 100.0 * operations * threads / processed / (0.5 * (turn.peakBefore + turn.peakAfter));
    return turn;
}

Status benchShape(const kernels::KernelSet& set, const GemmShape& shape, int threads, const GemmBenchOptions& options,
                  const std::stop_token& stop, std::vector<Measured>& measured) {
    constexpr int kMinTurns = 5;
    Result<std::unique_ptr<GemmCase>> created = GemmCase::create(set, shape, threads, options);
    if (!created)
        return created.error();
    GemmCase& gemm = **created;
    std::vector<Contender>& contenders = gemm.contenders();
    const std::size_t first = measured.size();
    for (const Contender& contender : contenders) {
        contender.run();  // pages, caches, threads
        measured.push_back({{.implementation = contender.implementation,
                             .format = contender.format,
                             .m = shape.m,
                             .k = shape.k,
                             .n = shape.n,
                             .threads = threads},
                            {}});
    }
    const double budget = options.secondsPerCase * static_cast<double>(contenders.size());
    const Clock::time_point start = Clock::now();
    for (int turn = 0; turn < kMinTurns || secondsSince(start) < budget; ++turn) {
        for (std::size_t i = 0; i < contenders.size(); ++i) {
            if (stop.stop_requested())
                return Error{ErrorCode::Cancelled, "cancelled"};
            measured[first + i].turns.push_back(takeTurn(set, shape, threads, contenders[i]));
        }
    }
    if (gemm.failed())
        return Error{ErrorCode::Internal, "bench gemm: the product failed"};
    return {};
}

std::vector<double> allPeaks(const std::vector<Measured>& measured) {
    std::vector<double> peaks;
    for (const Measured& contender : measured) {
        for (const Turn& turn : contender.turns) peaks.insert(peaks.end(), {turn.peakBefore, turn.peakAfter});
    }
    return peaks;
}

GemmRow summary(const Measured& measured, const std::vector<double>& peaks) {
    constexpr std::size_t kEnough = 3;
    const double peak = percentile(peaks, 0.95);
    std::vector<Turn> turns;
    std::ranges::copy_if(measured.turns, std::back_inserter(turns),
                         [peak](const Turn& t) { return t.undisturbed(peak); });
    GemmRow row = measured.row;
    row.turns = static_cast<int>(measured.turns.size());
    row.undisturbedTurns = static_cast<int>(turns.size());
    for (const Turn& turn : measured.turns) row.fastestGops = std::max(row.fastestGops, turn.gops);
    row.fastestPercentOfPeak = 100.0 * row.fastestGops / *std::ranges::max_element(peaks);
    if (turns.size() < kEnough)
        turns = measured.turns;
    std::vector<double> gops, ofPeak;
    for (const Turn& turn : turns) {
        gops.push_back(turn.gops);
        ofPeak.push_back(turn.ofPeak);
    }
    row.gops = percentile(std::move(gops), 0.5);
    row.percentOfPeak = percentile(std::move(ofPeak), 0.5);
    return row;
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
        const std::vector<GemmShape> shapes = options.shapes.empty() ? defaultShapes() : options.shapes;
        for (const int threads : options.threads) {
            std::vector<Measured> measured;
            for (const GemmShape& shape : shapes)
                PENJING_TRY(benchShape(**set, shape, threads, options, stop, measured));
            const std::vector<double> peaks = allPeaks(measured);
            for (const Measured& contender : measured) report.rows.push_back(summary(contender, peaks));
        }
    } catch (const std::bad_alloc&) {
        return Error{ErrorCode::Memory, "not enough memory for the matrices of bench gemm"};
    }
    return report;
}

}  // namespace penjing
