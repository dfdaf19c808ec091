#include <cstring>

#include "linear_layout.h"
#include "penjing/kernels/half_float.h"
#include "scalar/linear_kernels.h"

namespace penjing::kernels::scalar {
namespace {

// Each codes… function reads the codes of one tile and returns where its scales begin.

const std::uint8_t* codesT3(const std::uint8_t* tile, std::uint8_t* codes) {
    for (int i = 0; i < kBase3Vectors; ++i) {
        for (int b = 0; b < 64; ++b) {
            int rest = tile[i * 64 + b];
            for (int d = 0; d < kBase3Digits && i * kBase3Digits + d < kPanelVectors; ++d) {
                codes[(i * kBase3Digits + d) * 64 + b] = static_cast<std::uint8_t>(rest % 3);
                rest /= 3;
            }
        }
    }
    return tile + kBase3Vectors * 64;
}

// Bits become the codes 0 and 2, so that binary weights are ternary ones without a zero.
const std::uint8_t* codesB1(const std::uint8_t* tile, std::uint8_t* codes) {
    for (int i = 0; i < kPanelCodeBytes; ++i) {
        codes[i] = static_cast<std::uint8_t>((tile[i / 8] >> (i % 8) & 1) * 2);
    }
    return tile + kPanelCodeBytes / 8;
}

const std::uint8_t* codesQ4(const std::uint8_t* tile, std::uint8_t* codes) {
    for (int v = 0; v < kPanelVectors; ++v) {
        for (int b = 0; b < 32; ++b) {
            codes[v * 64 + b] = tile[v * 32 + b] & 15;
            codes[v * 64 + 32 + b] = tile[v * 32 + b] >> 4;
        }
    }
    return tile + kPanelCodeBytes / 2;
}

const std::uint8_t* codesQ8(const std::uint8_t* tile, std::uint8_t* codes) {
    std::memcpy(codes, tile, kPanelCodeBytes);
    return tile + kPanelCodeBytes;
}

const std::uint8_t* decodeCodes(CodeFormat format, const std::uint8_t* tile, std::uint8_t* codes) {
    switch (format) {
        case CodeFormat::T3:
            return codesT3(tile, codes);
        case CodeFormat::B1:
            return codesB1(tile, codes);
        case CodeFormat::Q4:
            return codesQ4(tile, codes);
        case CodeFormat::Q8:
            return codesQ8(tile, codes);
    }
    return tile;
}

float widen(DenseFormat format, const std::byte* weights, std::ptrdiff_t index) {
    if (format == DenseFormat::F32) {
        float value;
        std::memcpy(&value, weights + 4 * index, 4);
        return value;
    }
    std::uint16_t bits;
    std::memcpy(&bits, weights + 2 * index, 2);
    return format == DenseFormat::BF16 ? floatFromBFloat16(bits) : floatFromHalf(bits);
}

}  // namespace

void decode(CodeFormat format, const std::byte* tiles, int count, std::byte* panels) {
    const int scales = format == CodeFormat::Q4 ? 4 * kTileChannels : kTileChannels;
    for (int t = 0; t < count; ++t) {
        const auto* tile = reinterpret_cast<const std::uint8_t*>(tiles + t * tileBytes(format));
        std::byte* panel = panels + t * panelBytes(format);
        const std::uint8_t* halves = decodeCodes(format, tile, reinterpret_cast<std::uint8_t*>(panel));
        auto* out = reinterpret_cast<float*>(panel + kPanelCodeBytes);
        for (int i = 0; i < scales; ++i) {
            std::uint16_t bits;
            std::memcpy(&bits, halves + 2 * i, 2);
            out[i] = floatFromHalf(bits);
        }
    }
}

void decodeDense(DenseFormat format, const std::byte* weights, std::ptrdiff_t stride, int channels, int k,
                 float* panel) {
    for (int i = 0; i < k; ++i) {
        for (int c = 0; c < kTileChannels; ++c) {
            panel[i * kTileChannels + c] = c < channels ? widen(format, weights, c * stride + i) : 0.0f;
        }
    }
}

void dotDense(DenseFormat format, const std::byte* weights, int channels, int k, const float* x, std::ptrdiff_t xStride,
              int rows, float* results) {
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < channels; ++c) {
            float sum = 0.0f;
            for (int i = 0; i < k; ++i) {
                sum += x[r * xStride + i] * widen(format, weights, static_cast<std::ptrdiff_t>(c) * k + i);
            }
            results[r * kTileChannels + c] = sum;
        }
    }
}

}  // namespace penjing::kernels::scalar
