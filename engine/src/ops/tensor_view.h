#pragma once

#include <cstddef>
#include <cstdint>

namespace penjing {

// Row-major float matrices. Views never own; `stride` is the distance between rows in elements (>= cols).
struct ConstMat {
    const float* data = nullptr;
    int rows = 0;
    int cols = 0;
    std::ptrdiff_t stride = 0;
    const float* row(int r) const { return data + r * stride; }
};

struct Mat {
    float* data = nullptr;
    int rows = 0;
    int cols = 0;
    std::ptrdiff_t stride = 0;
    float* row(int r) const { return data + r * stride; }
    operator ConstMat() const { return {data, rows, cols, stride}; }
    // Columns [first, first + count) of the same rows.
    Mat columns(int first, int count) const { return {data + first, rows, count, stride}; }
    // Rows [first, first + count).
    Mat slice(int first, int count) const { return {data + first * stride, count, cols, stride}; }
};

// How a weight matrix is stored in the pack; docs/formats/pack.md is normative.
enum class WeightFormat : std::uint8_t { T3, B1, Q4, Q8, BF16, F16, F32 };

// A weight matrix [n outputs, k inputs], used in place in the mapped pack. A convolution kernel is stored
// with its inputs in the order (kernel row, kernel column, input channel), so k = kh * kw * inChannels.
struct Weight {
    WeightFormat format = WeightFormat::F32;
    int n = 0;
    int k = 0;
    const std::byte* data = nullptr;
};

// Image-like activations in NHWC order with batch 1: data[(y * width + x) * channels + c].
struct Image2d {
    float* data = nullptr;
    int height = 0;
    int width = 0;
    int channels = 0;
    Mat asMatrix() const { return {data, height * width, channels, channels}; }
};

// The same kept in half the memory, as binary16 of value / kHalfScale: to 1 in 2048 for 1e-3 < |value| < 1e6, infinite
// beyond. Decoders' pictures can leave binary16's own range, 65504; below 1e-3 the epsilon of a GroupNorm rules.
struct HalfImage {
    static constexpr float kHalfScale = 16.0f;
    std::uint16_t* data = nullptr;
    int height = 0;
    int width = 0;
    int channels = 0;
};

}  // namespace penjing
