#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "ops/ops.h"
#include "penjing/kernels/half_float.h"
#include "reference_weights.h"

namespace penjing::test {

// Every operation from its definition, in double and without a single optimisation: an oracle for backends and graphs.
// Activations are not quantised, whatever the precision asked for.
class ReferenceOps final : public Ops {
public:
    Status linear(ConstMat x, std::span<const LinearJob> jobs, Precision) override {
        for (const LinearJob& job : jobs) {
            const std::vector<double> weights = widen(job.weight);
            for (int r = 0; r < x.rows; ++r)
                for (int n = 0; n < job.weight.n; ++n) {
                    double sum = job.bias ? job.bias[n] : 0.0;
                    for (int k = 0; k < x.cols; ++k)
                        sum += x.row(r)[k] * weights[static_cast<std::size_t>(n) * x.cols + k];
                    float& y = job.y.row(r)[n];
                    if (job.gate)
                        y = rounded(y + static_cast<double>(job.gate[n]) * sum);
                    else
                        y = rounded(job.accumulate ? y + sum : sum);
                }
        }
        return {};
    }

    Status layerNormModulate(ConstMat x, const float* shift, const float* scale, float eps, Mat y) override {
        for (int r = 0; r < x.rows; ++r) {
            const float* in = x.row(r);
            double mean = 0.0;
            for (int c = 0; c < x.cols; ++c) mean += in[c];
            mean /= x.cols;
            double variance = 0.0;
            for (int c = 0; c < x.cols; ++c) variance += (in[c] - mean) * (in[c] - mean);
            const double deviation = std::sqrt(variance / x.cols + eps);
            for (int c = 0; c < x.cols; ++c)
                y.row(r)[c] = rounded((in[c] - mean) / deviation * (1.0 + scale[c]) + shift[c]);
        }
        return {};
    }

    Status rmsNorm(ConstMat x, const float* weight, float eps, Mat y) override {
        for (int r = 0; r < x.rows; ++r) normaliseHead(x.row(r), x.cols, weight, eps, y.row(r));
        return {};
    }

    Status headNormRope(Mat x, int heads, int headDim, const float* weight, float eps, const RopeTable& rope,
                        int firstPosition, RopeLayout layout) override {
        for (int r = 0; r < x.rows; ++r)
            for (int h = 0; h < heads; ++h) {
                float* head = x.row(r) + h * headDim;
                normaliseHead(head, headDim, weight, eps, head);
                const std::ptrdiff_t position = static_cast<std::ptrdiff_t>(firstPosition + r) * rope.pairs;
                for (int j = 0; j < rope.pairs; ++j) {
                    const int first = layout == RopeLayout::Interleaved ? 2 * j : j;
                    const int second = layout == RopeLayout::Interleaved ? 2 * j + 1 : j + rope.pairs;
                    const double a = head[first];
                    const double b = head[second];
                    const double cos = rope.cos[position + j];
                    const double sin = rope.sin[position + j];
                    head[first] = rounded(a * cos - b * sin);
                    head[second] = rounded(b * cos + a * sin);
                }
            }
        return {};
    }

    Status attention(const AttentionArgs& a) override {
        for (int head = 0; head < a.heads; ++head) {
            const int offset = head * a.headDim;
            const int kvOffset = head / (a.heads / a.kvHeads) * a.headDim;
            for (int i = 0; i < a.q.rows; ++i) attendRow(a, i, offset, kvOffset);
        }
        return {};
    }

    Status swiglu(ConstMat gate, ConstMat up, Mat y) override {
        for (int r = 0; r < y.rows; ++r)
            for (int c = 0; c < y.cols; ++c) y.row(r)[c] = rounded(siluOf(gate.row(r)[c]) * up.row(r)[c]);
        return {};
    }

    Status silu(ConstMat x, Mat y) override {
        for (int r = 0; r < y.rows; ++r)
            for (int c = 0; c < y.cols; ++c) y.row(r)[c] = rounded(siluOf(x.row(r)[c]));
        return {};
    }

    Status copy(ConstMat x, Mat y) override {
        for (int r = 0; r < y.rows; ++r) std::copy_n(x.row(r), y.cols, y.row(r));
        return {};
    }

    Status add(ConstMat x, Mat y) override {
        for (int r = 0; r < y.rows; ++r)
            for (int c = 0; c < y.cols; ++c) y.row(r)[c] += x.row(r)[c];
        return {};
    }

    Status embedding(const Weight& table, std::span<const int> ids, Mat y) override {
        for (int r = 0; r < y.rows; ++r)
            for (int c = 0; c < y.cols; ++c)
                y.row(r)[c] = rounded(weightAt(table, ids[static_cast<std::size_t>(r)], c));
        return {};
    }

    Status conv2d(const ConvArgs& a) override {
        const std::vector<double> weights = widen(a.weight);
        for (int y = 0; y < a.y.height; ++y)
            for (int x = 0; x < a.y.width; ++x)
                for (int n = 0; n < a.y.channels; ++n) convolvePixel(a, weights, y, x, n);
        return {};
    }

    Status groupNormFactors(const Image2d& x, const GroupNormArgs& args, float* scale, float* shift) override {
        const int width = x.channels / args.groups;
        const std::ptrdiff_t pixels = static_cast<std::ptrdiff_t>(x.height) * x.width;
        for (int group = 0; group < args.groups; ++group) {
            const auto forEach = [&](const auto& visit) {
                for (std::ptrdiff_t p = 0; p < pixels; ++p)
                    for (int c = group * width; c < (group + 1) * width; ++c)
                        visit(static_cast<double>(x.data[p * x.channels + c]));
            };
            const double count = static_cast<double>(pixels) * width;
            double mean = 0.0;
            forEach([&](double value) { mean += value / count; });
            double variance = 0.0;
            forEach([&](double value) { variance += (value - mean) * (value - mean) / count; });
            for (int c = group * width; c < (group + 1) * width; ++c) {
                const double factor = args.weight[c] / std::sqrt(variance + static_cast<double>(args.eps));
                scale[c] = rounded(factor);
                shift[c] = rounded(args.bias[c] - mean * factor);
            }
        }
        return {};
    }

    Status addChannelSums(const Image2d& x, double* sums, double* sumsOfSquares) override {
        const std::ptrdiff_t count = static_cast<std::ptrdiff_t>(x.height) * x.width * x.channels;
        for (std::ptrdiff_t i = 0; i < count; ++i) {
            const double value = x.data[i];
            sums[i % x.channels] += value;
            sumsOfSquares[i % x.channels] += value * value;
        }
        return {};
    }

    Status storeHalf(const Image2d& x, const HalfImage& y, int firstRow) override {
        const std::ptrdiff_t rowValues = static_cast<std::ptrdiff_t>(x.width) * x.channels;
        for (std::ptrdiff_t i = 0; i < x.height * rowValues; ++i)
            y.data[firstRow * rowValues + i] = halfFromFloat(x.data[i] / HalfImage::kHalfScale);
        return {};
    }

    Status loadHalf(const HalfImage& x, int firstRow, const Image2d& y) override {
        const std::ptrdiff_t rowValues = static_cast<std::ptrdiff_t>(y.width) * y.channels;
        for (std::ptrdiff_t i = 0; i < y.height * rowValues; ++i)
            y.data[i] = floatFromHalf(x.data[firstRow * rowValues + i]) * HalfImage::kHalfScale;
        return {};
    }

    Status groupNorm(const Image2d& x, const GroupNormArgs& args, const Image2d& y) override {
        const std::size_t channels = static_cast<std::size_t>(x.channels);
        std::vector<float> scale(channels), shift(channels);
        PENJING_TRY(groupNormFactors(x, args, scale.data(), shift.data()));
        const std::size_t count = static_cast<std::size_t>(x.height) * static_cast<std::size_t>(x.width) * channels;
        for (std::size_t i = 0; i < count; ++i)
            y.data[i] = rounded(static_cast<double>(x.data[i]) * scale[i % channels] + shift[i % channels]);
        return {};
    }

private:
    static float rounded(double value) { return static_cast<float>(value); }
    static double siluOf(double x) { return x / (1.0 + std::exp(-x)); }

    static void normaliseHead(const float* x, int width, const float* weight, float eps, float* y) {
        double squares = 0.0;
        for (int c = 0; c < width; ++c) squares += static_cast<double>(x[c]) * x[c];
        const double scale = 1.0 / std::sqrt(squares / width + eps);
        for (int c = 0; c < width; ++c) y[c] = rounded(x[c] * scale * weight[c]);
    }

    static void attendRow(const AttentionArgs& a, int row, int offset, int kvOffset) {
        int keys = a.visibleKeys < 0 ? a.k.rows : a.visibleKeys;
        if (a.causal)
            keys = std::min(keys, row + 1);
        std::vector<double> scores(static_cast<std::size_t>(keys));
        for (int j = 0; j < keys; ++j) {
            double dot = 0.0;
            for (int d = 0; d < a.headDim; ++d)
                dot += static_cast<double>(a.q.row(row)[offset + d]) * a.k.row(j)[kvOffset + d];
            scores[static_cast<std::size_t>(j)] = dot * a.scale;
        }
        const double largest = *std::max_element(scores.begin(), scores.end());
        double total = 0.0;
        for (double& score : scores) total += score = std::exp(score - largest);
        for (int d = 0; d < a.headDim; ++d) {
            double sum = 0.0;
            for (int j = 0; j < keys; ++j) sum += scores[static_cast<std::size_t>(j)] * a.v.row(j)[kvOffset + d];
            a.out.row(row)[offset + d] = rounded(sum / total);
        }
    }

    static double inputValue(const ConvArgs& a, double value, int channel) {
        return a.norm.scale == nullptr ? value : siluOf(value * a.norm.scale[channel] + a.norm.shift[channel]);
    }

    static void convolvePixel(const ConvArgs& a, const std::vector<double>& weights, int y, int x, int n) {
        double sum = a.bias ? a.bias[n] : 0.0;
        const int reach = a.kernel / 2;
        for (int ky = 0; ky < a.kernel; ++ky)
            for (int kx = 0; kx < a.kernel; ++kx) {
                const int factor = a.upsample ? 2 : 1;
                const int sy = a.firstRow + y + ky - reach;
                const int sx = x + kx - reach;
                if (sy < 0 || sx < 0 || sy >= a.x.height * factor || sx >= a.y.width)
                    continue;
                const float* in =
                    a.x.data + (static_cast<std::ptrdiff_t>(sy / factor) * a.x.width + sx / factor) * a.x.channels;
                const std::size_t at = static_cast<std::size_t>(n) * a.weight.k +
                                       static_cast<std::size_t>(ky * a.kernel + kx) * a.x.channels;
                for (int c = 0; c < a.x.channels; ++c)
                    sum += inputValue(a, in[c], c) * weights[at + static_cast<std::size_t>(c)];
            }
        const std::ptrdiff_t at = (static_cast<std::ptrdiff_t>(y) * a.y.width + x) * a.y.channels + n;
        a.y.data[at] = rounded(a.residual ? sum + a.residual[at] : sum);
    }
};

}  // namespace penjing::test
