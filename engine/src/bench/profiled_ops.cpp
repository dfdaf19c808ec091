#include "bench/profiled_ops.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

#include "bench/peak_sampler.h"
#include "cpu/conv_winograd.h"

namespace penjing {
namespace {

double linearOperations(ConstMat x, std::span<const LinearJob> jobs) {
    double perRow = 0.0;
    for (const LinearJob& job : jobs) perRow += 2.0 * job.weight.n * job.weight.k;
    return perRow * x.rows;
}

// Pairs of query and key that the mask lets through; causal: query i sees keys 0..i.
double visiblePairs(const AttentionArgs& args) {
    const double keys = args.visibleKeys < 0 ? args.k.rows : args.visibleKeys;
    const double queries = args.q.rows;
    if (!args.causal)
        return queries * keys;
    const double growing = std::min(queries, keys);
    return growing * (growing + 1.0) / 2.0 + (queries - growing) * keys;
}

double attentionOperations(const AttentionArgs& args) {
    constexpr double perPairAndChannel = 4.0;  // a multiply-add for q·k and one for the value
    return perPairAndChannel * visiblePairs(args) * args.heads * args.headDim;
}

double convOperations(const ConvArgs& args, const kernels::FloatKernels& floats) {
    return 2.0 * madeOfDirect(args, floats) * args.y.height * args.y.width * static_cast<double>(args.weight.n) *
           args.weight.k;
}

class ProfiledOps final : public Ops {
public:
    ProfiledOps(std::unique_ptr<Ops> ops, const kernels::KernelSet& set, int threads, OpProfile& profile)
        : ops_(std::move(ops)), floats_(*set.floats), profile_(profile), sampler_(set, threads) {}

    Status linear(ConstMat x, std::span<const LinearJob> jobs, Precision precision) override {
        const double rate = sampled(&PeakSampler::linear);
        return timed(profile_.linear, linearOperations(x, jobs), rate,
                     [&] { return ops_->linear(x, jobs, precision); });
    }
    Status layerNormModulate(ConstMat x, const float* shift, const float* scale, float eps, Mat y) override {
        return other([&] { return ops_->layerNormModulate(x, shift, scale, eps, y); });
    }
    Status rmsNorm(ConstMat x, const float* weight, float eps, Mat y) override {
        return other([&] { return ops_->rmsNorm(x, weight, eps, y); });
    }
    Status headNormRope(Mat x, int heads, int headDim, const float* weight, float eps, const RopeTable& rope,
                        int firstPosition, RopeLayout layout) override {
        return other([&] { return ops_->headNormRope(x, heads, headDim, weight, eps, rope, firstPosition, layout); });
    }
    Status attention(const AttentionArgs& args) override {
        const double rate = sampled(&PeakSampler::attention);
        return timed(profile_.attention, attentionOperations(args), rate, [&] { return ops_->attention(args); });
    }
    Status swiglu(ConstMat gate, ConstMat up, Mat y) override {
        return other([&] { return ops_->swiglu(gate, up, y); });
    }
    Status silu(ConstMat x, Mat y) override {
        return other([&] { return ops_->silu(x, y); });
    }
    Status copy(ConstMat x, Mat y) override {
        return other([&] { return ops_->copy(x, y); });
    }
    Status add(ConstMat x, Mat y) override {
        return other([&] { return ops_->add(x, y); });
    }
    Status embedding(const Weight& table, std::span<const int> ids, Mat y) override {
        return other([&] { return ops_->embedding(table, ids, y); });
    }
    Status conv2d(const ConvArgs& args) override {
        const double rate = sampled(&PeakSampler::conv);
        return timed(profile_.conv, convOperations(args, floats_), rate, [&] { return ops_->conv2d(args); });
    }
    Status groupNormFactors(const Image2d& x, const GroupNormArgs& args, float* scale, float* shift) override {
        return other([&] { return ops_->groupNormFactors(x, args, scale, shift); });
    }
    Status addChannelSums(const Image2d& x, double* sums, double* sumsOfSquares) override {
        return other([&] { return ops_->addChannelSums(x, sums, sumsOfSquares); });
    }
    Status groupNorm(const Image2d& x, const GroupNormArgs& args, const Image2d& y) override {
        return other([&] { return ops_->groupNorm(x, args, y); });
    }
    Status storeHalf(const Image2d& x, const HalfImage& y, int firstRow) override {
        return other([&] { return ops_->storeHalf(x, y, firstRow); });
    }
    Status loadHalf(const HalfImage& x, int firstRow, const Image2d& y) override {
        return other([&] { return ops_->loadHalf(x, firstRow, y); });
    }
    void releaseScratch() override { ops_->releaseScratch(); }

private:
    // `rate`: operations that the call could do a second.
    template <typename Call>
    static Status timed(OpTime& time, double operations, double rate, const Call& call) {
        const auto start = std::chrono::steady_clock::now();
        Status status = call();
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        time += {.seconds = seconds, .operations = operations, .possible = rate * seconds};
        return status;
    }

    template <typename Call>
    Status other(const Call& call) {
        return timed(profile_.other, 0.0, 0.0, call);
    }

    double sampled(double (PeakSampler::*rate)()) {
        const double before = sampler_.secondsSpent();
        const double perSecond = (sampler_.*rate)();
        profile_.measuring += sampler_.secondsSpent() - before;
        return perSecond;
    }

    std::unique_ptr<Ops> ops_;
    const kernels::FloatKernels& floats_;
    OpProfile& profile_;
    PeakSampler sampler_;
};

}  // namespace

std::unique_ptr<Ops> profiled(std::unique_ptr<Ops> ops, const kernels::KernelSet& set, int threads,
                              OpProfile& profile) {
    return std::make_unique<ProfiledOps>(std::move(ops), set, threads, profile);
}

}  // namespace penjing
