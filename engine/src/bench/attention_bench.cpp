#include "bench/float_bench.h"
#include "cpu/cpu_ops.h"

namespace penjing {
namespace {

struct Case {
    const char* name;
    int tokens, heads, headDim;
};

constexpr Case kCases[] = {
    {"88 tokens, 4 heads of 64 (bundled model)", 88, 4, 64},
    {"256 tokens, 1 head of 96 (bundled model, VAE)", 256, 1, 96},
    {"1024 tokens, 8 heads of 64", 1024, 8, 64},
    {"1536 tokens, 24 heads of 128 (FLUX.2 at 512 x 512)", 1536, 24, 128},
    {"4096 tokens, 1 head of 512 (VAE at 512 x 512)", 4096, 1, 512},
};

std::size_t area(int rows, int cols) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
}

// The two matrix products of every head with materialised scores, without softmax: the least that a BLAS would take.
double blasSeconds(const BlasRival& blas, const Case& c, const std::vector<float>& qkv, double budget) {
    std::vector<float> scores(area(c.tokens, c.tokens)), out(area(c.tokens, c.headDim));
    const int stride = c.heads * c.headDim;
    return fastestRun(budget, [&] {
        for (int h = 0; h < c.heads; ++h) {
            const float* head = qkv.data() + h * c.headDim;
            blas.multiply(c.tokens, c.tokens, c.headDim, head, stride, head, stride, true, scores.data(), c.tokens);
            blas.multiply(c.tokens, c.headDim, c.tokens, scores.data(), c.tokens, head, stride, false, out.data(),
                          c.headDim);
        }
    });
}

}  // namespace

Result<FloatBenchReport> benchAttention(const FloatBenchOptions& options) {
    const Result<const kernels::KernelSet*> set = benchKernels(options);
    PENJING_TRY(set);
    const int threads = options.threads > 1 ? options.threads : 1;
    const kernels::AttentionKernels* pairs = (*set)->floats->pairAttention;
    FloatBenchReport report = startReport(**set, pairs != nullptr ? pairs->factors : kernels::Factors::F32, threads);
    const double fp32Peak = measurePeakGflops(**set, kernels::Factors::F32, threads);
    const std::unique_ptr<Ops> ops = makeCpuOps(**set, threads, {});
    const BlasRival blas(threads);
    for (const Case& c : kCases) {
        const int width = c.heads * c.headDim;
        std::vector<float> qkv = benchData(area(c.tokens, width)), out(qkv.size());
        const Mat x{qkv.data(), c.tokens, width, width};
        AttentionArgs args{.q = x,
                           .k = x,
                           .v = x,
                           .out = {out.data(), c.tokens, width, width},
                           .heads = c.heads,
                           .kvHeads = c.heads,
                           .headDim = c.headDim,
                           .scale = 0.1f,
                           .precision = Precision::Int8};
        Status status;
        const auto run = [&] { status = ops->attention(args); };
        FloatBenchRow row;
        row.name = c.name;
        row.seconds = fastestRun(options.secondsPerCase, run);
        PENJING_TRY(status);
        const double operations = 4.0 * c.heads * c.headDim * static_cast<double>(c.tokens) * c.tokens;
        const bool inPairs = pairs != nullptr && c.headDim <= pairs->maxHeadDim;
        row.gflops = operations / row.seconds * 1e-9;
        row.percentOfPeak = 100.0 * row.gflops / (inPairs ? report.peakGflops : fp32Peak);
        if (inPairs) {
            args.precision = Precision::Int15;
            row.accurateSeconds = fastestRun(options.secondsPerCase, run);
        }
        if (blas.available())
            row.blasGflops = operations / blasSeconds(blas, c, qkv, options.secondsPerCase) * 1e-9;
        report.rows.push_back(row);
    }
    return report;
}

}  // namespace penjing
