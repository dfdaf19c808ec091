#include <tuple>

#include "bench/float_bench.h"
#include "cpu/conv_winograd.h"
#include "cpu/cpu_ops.h"

namespace penjing {
namespace {

struct Case {
    const char* name;
    int size, inChannels, outChannels, kernel;
    bool upsample;
};

constexpr Case kCases[] = {
    {"3x3, 16 to 16 channels, 128 x 128", 128, 16, 16, 3, false},
    {"3x3, 32 to 16 channels, 128 x 128", 128, 32, 16, 3, false},
    {"3x3, 32 to 32 channels, 64 x 64", 64, 32, 32, 3, false},
    {"3x3, 64 to 64 channels, 64 x 64", 64, 64, 64, 3, false},
    {"3x3, 96 to 96 channels, 16 x 16", 16, 96, 96, 3, false},
    {"3x3, 128 to 128 channels, 128 x 128", 128, 128, 128, 3, false},
    {"3x3, 128 to 128 channels, 512 x 512", 512, 128, 128, 3, false},
    {"3x3, 256 to 256 channels, 128 x 128", 128, 256, 256, 3, false},
    {"3x3, 512 to 512 channels, 64 x 64", 64, 512, 512, 3, false},
    {"3x3, 512 to 512 channels, 128 x 128", 128, 512, 512, 3, false},
    {"3x3, 16 to 3 channels, 128 x 128", 128, 16, 3, 3, false},
    {"3x3, 64 to 64 channels, 32 x 32 enlarged to 64 x 64", 32, 64, 64, 3, true},
    {"3x3, 256 to 256 channels, 64 x 64 enlarged to 128 x 128", 64, 256, 256, 3, true},
    {"1x1, 64 to 32 channels, 128 x 128", 128, 64, 32, 1, false},
};

// The matrix product over an im2col matrix that is already there: the least that a BLAS would take.
double blasSeconds(const BlasRival& blas, int pixels, int depth, int outChannels, double budget) {
    const std::size_t depthFloats = static_cast<std::size_t>(depth);
    const std::vector<float> columns = benchData(depthFloats * static_cast<std::size_t>(pixels));
    const std::vector<float> weights = benchData(depthFloats * static_cast<std::size_t>(outChannels));
    std::vector<float> y(static_cast<std::size_t>(pixels) * static_cast<std::size_t>(outChannels));
    return fastestRun(budget, [&] {
        blas.multiply(pixels, outChannels, depth, columns.data(), depth, weights.data(), depth, true, y.data(),
                      outChannels);
    });
}

}  // namespace

Result<FloatBenchReport> benchConvolution(const FloatBenchOptions& options) {
    const Result<const kernels::KernelSet*> set = benchKernels(options);
    PENJING_TRY(set);
    const int threads = options.threads > 1 ? options.threads : 1;
    const kernels::ConvKernels* bf16 = (*set)->floats->bf16Conv;
    FloatBenchReport report = startReport(**set, bf16 != nullptr ? bf16->factors : kernels::Factors::F32, threads);
    const std::unique_ptr<Ops> ops = makeCpuOps(**set, threads, {});
    const BlasRival blas(threads);
    for (const Case& c : kCases) {
        const int outSize = c.upsample ? 2 * c.size : c.size;
        const int pixels = outSize * outSize, depth = c.kernel * c.kernel * c.inChannels;
        std::vector<float> x =
            benchData(static_cast<std::size_t>(c.size) * static_cast<std::size_t>(c.size * c.inChannels));
        const std::vector<float> weights =
            benchData(static_cast<std::size_t>(depth) * static_cast<std::size_t>(c.outChannels));
        std::vector<float> y(static_cast<std::size_t>(pixels) * static_cast<std::size_t>(c.outChannels));
        ConvArgs args;
        args.weight = {WeightFormat::F32, c.outChannels, depth, reinterpret_cast<const std::byte*>(weights.data())};
        args.kernel = c.kernel;
        args.upsample = c.upsample;
        args.x = {x.data(), c.size, c.size, c.inChannels};
        args.y = {y.data(), outSize, outSize, c.outChannels};
        Status status;
        FloatBenchRow row;
        row.name = c.name;
        ConvArgs accurate = args;
        args.precision = Precision::Int8;
        accurate.precision = Precision::Int15;
        std::tie(row.seconds, row.accurateSeconds) = fastestRuns(
            2.0 * options.secondsPerCase, [&] { status = ops->conv2d(args); }, [&] { status = ops->conv2d(accurate); });
        PENJING_TRY(status);
        row.madeOfDirect = madeOfDirect(args, *(*set)->floats);
        const double operations = 2.0 * pixels * depth * c.outChannels;
        row.gflops = operations / row.seconds * 1e-9;
        row.percentOfPeak = 100.0 * row.gflops / report.peakGflops;
        if (blas.available())
            row.blasGflops =
                operations / blasSeconds(blas, pixels, depth, c.outChannels, options.secondsPerCase) * 1e-9;
        report.rows.push_back(row);
    }
    return report;
}

}  // namespace penjing
