#include "bench/profiled_ops.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

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
    ProfiledOps(std::unique_ptr<Ops> ops, const kernels::FloatKernels& floats, OpProfile& profile)
        : ops_(std::move(ops)), floats_(floats), profile_(profile) {}

    Status linear(ConstMat x, std::span<const LinearJob> jobs, Precision precision) override {
        return timed(profile_.linear, linearOperations(x, jobs), [&] { return ops_->linear(x, jobs, precision); });
    }
    Status layerNormModulate(ConstMat x, const float* shift, const float* scale, float eps, Mat y) override {
        return timed(profile_.other, 0.0, [&] { return ops_->layerNormModulate(x, shift, scale, eps, y); });
    }
    Status rmsNorm(ConstMat x, const float* weight, float eps, Mat y) override {
        return timed(profile_.other, 0.0, [&] { return ops_->rmsNorm(x, weight, eps, y); });
    }
    Status headNormRope(Mat x, int heads, int headDim, const float* weight, float eps, const RopeTable& rope,
                        int firstPosition, RopeLayout layout) override {
        return timed(profile_.other, 0.0,
                     [&] { return ops_->headNormRope(x, heads, headDim, weight, eps, rope, firstPosition, layout); });
    }
    Status attention(const AttentionArgs& args) override {
        return timed(profile_.attention, attentionOperations(args), [&] { return ops_->attention(args); });
    }
    Status swiglu(ConstMat gate, ConstMat up, Mat y) override {
        return timed(profile_.other, 0.0, [&] { return ops_->swiglu(gate, up, y); });
    }
    Status silu(ConstMat x, Mat y) override {
        return timed(profile_.other, 0.0, [&] { return ops_->silu(x, y); });
    }
    Status add(ConstMat x, Mat y) override {
        return timed(profile_.other, 0.0, [&] { return ops_->add(x, y); });
    }
    Status embedding(const Weight& table, std::span<const int> ids, Mat y) override {
        return timed(profile_.other, 0.0, [&] { return ops_->embedding(table, ids, y); });
    }
    Status conv2d(const ConvArgs& args) override {
        return timed(profile_.conv, convOperations(args, floats_), [&] { return ops_->conv2d(args); });
    }
    Status groupNormFactors(const Image2d& x, const GroupNormArgs& args, float* scale, float* shift) override {
        return timed(profile_.other, 0.0, [&] { return ops_->groupNormFactors(x, args, scale, shift); });
    }
    Status addChannelSums(const Image2d& x, double* sums, double* sumsOfSquares) override {
        return timed(profile_.other, 0.0, [&] { return ops_->addChannelSums(x, sums, sumsOfSquares); });
    }
    Status groupNorm(const Image2d& x, const GroupNormArgs& args, const Image2d& y) override {
        return timed(profile_.other, 0.0, [&] { return ops_->groupNorm(x, args, y); });
    }
    Status storeHalf(const Image2d& x, const HalfImage& y, int firstRow) override {
        return timed(profile_.other, 0.0, [&] { return ops_->storeHalf(x, y, firstRow); });
    }
    Status loadHalf(const HalfImage& x, int firstRow, const Image2d& y) override {
        return timed(profile_.other, 0.0, [&] { return ops_->loadHalf(x, firstRow, y); });
    }
    void releaseScratch() override { ops_->releaseScratch(); }

private:
    template <typename Call>
    static Status timed(OpTime& time, double operations, const Call& call) {
        const auto start = std::chrono::steady_clock::now();
        Status status = call();
        time.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        time.operations += operations;
        return status;
    }

    std::unique_ptr<Ops> ops_;
    const kernels::FloatKernels& floats_;
    OpProfile& profile_;
};

}  // namespace

std::unique_ptr<Ops> profiled(std::unique_ptr<Ops> ops, const kernels::FloatKernels& floats, OpProfile& profile) {
    return std::make_unique<ProfiledOps>(std::move(ops), floats, profile);
}

}  // namespace penjing
