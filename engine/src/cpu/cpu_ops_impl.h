#pragma once

#include <stop_token>

#include "cpu/cpu_ops.h"
#include "cpu/cpu_scratch.h"
#include "cpu/linear_scratch.h"
#include "penjing/kernels/float.h"

namespace penjing {

class CpuOps final : public Ops {
public:
    CpuOps(const kernels::KernelSet& kernels, int threads, std::stop_token stop)
        : kernels_(kernels), threads_(threads > 1 ? threads : 1), stop_(std::move(stop)) {}

    // linear.cpp
    Status linear(ConstMat x, std::span<const LinearJob> jobs, Precision precision) override;
    // norms.cpp
    Status layerNormModulate(ConstMat x, const float* shift, const float* scale, float eps, Mat y) override;
    Status rmsNorm(ConstMat x, const float* weight, float eps, Mat y) override;
    Status headNormRope(Mat x, int heads, int headDim, const float* weight, float eps, const RopeTable& rope,
                        int firstPosition, RopeLayout layout) override;
    // attention.cpp
    Status attention(const AttentionArgs& args) override;
    // elementwise.cpp
    Status swiglu(ConstMat gate, ConstMat up, Mat y) override;
    Status silu(ConstMat x, Mat y) override;
    Status copy(ConstMat x, Mat y) override;
    Status add(ConstMat x, Mat y) override;
    // embedding.cpp
    Status embedding(const Weight& table, std::span<const int> ids, Mat y) override;
    // conv.cpp, conv_winograd.cpp
    Status conv2d(const ConvArgs& args) override;
    // group_norm.cpp
    Status groupNormFactors(const Image2d& x, const GroupNormArgs& args, float* scale, float* shift) override;
    Status addChannelSums(const Image2d& x, double* sums, double* sumsOfSquares) override;
    Status groupNorm(const Image2d& x, const GroupNormArgs& args, const Image2d& y) override;
    // half_image.cpp
    Status storeHalf(const Image2d& x, const HalfImage& y, int firstRow) override;
    Status loadHalf(const HalfImage& x, int firstRow, const Image2d& y) override;

    void releaseScratch() override {
        linearScratch_ = {};
        floatScratch_ = {};
        doubleScratch_ = {};
    }

private:
    bool stopRequested() const { return stop_.stop_requested(); }
    const kernels::FloatKernels& floats() const { return *kernels_.floats; }
    const kernels::AttentionKernels& attentionKernels(Precision precision, int headDim) const {
        const kernels::AttentionKernels* pairs = precision == Precision::Int15 ? nullptr : floats().pairAttention;
        return pairs != nullptr && headDim <= pairs->maxHeadDim ? *pairs : floats().attention;
    }
    const kernels::ConvKernels& convKernels(Precision precision) const {
        const bool bf16 = precision != Precision::Int15 && floats().bf16Conv != nullptr;
        return bf16 ? *floats().bf16Conv : floats().conv;
    }

    Status convolveDirectly(const ConvArgs& args);
    Status convolveWinograd(const ConvArgs& args);

    const kernels::KernelSet& kernels_;
    int threads_;
    std::stop_token stop_;
    LinearScratch linearScratch_;
    Scratch<float> floatScratch_;    // attention and convolution, one call at a time
    Scratch<double> doubleScratch_;  // statistics of GroupNorm
};

}  // namespace penjing
