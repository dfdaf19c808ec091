#include <cstring>

#include "linear_layout.h"
#include "scalar/linear_kernels.h"

namespace penjing::kernels::scalar {
namespace {

struct GroupView {
    const std::int8_t* codes;
    const std::int8_t* lowCodes;  // Int15 only
    const float* scales;
    const std::int32_t* negativeSums;
    const float* halfSums;
};

template <int Planes>
GroupView viewGroup(const std::byte* group) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    return {reinterpret_cast<const std::int8_t*>(group),
            reinterpret_cast<const std::int8_t*>(group + Layout::kLowCodes),
            reinterpret_cast<const float*>(group + Layout::kScales),
            reinterpret_cast<const std::int32_t*>(group + Layout::kNegativeSums),
            reinterpret_cast<const float*>(group + Layout::kHalfSums)};
}

// dots[c] += Σ code(c, i) · x(row, i) over the quads [first, first + count).
void addDots(const std::uint8_t* codes, const std::int8_t* x, int row, int first, int count, std::int32_t* dots) {
    for (int q = first; q < first + count; ++q) {
        const std::int8_t* quad = x + (q * kRowBlock + row) * 4;
        const std::uint8_t* vector = codes + q * kTileChannels * 4;
        for (int c = 0; c < kTileChannels; ++c) {
            dots[c] += vector[4 * c] * quad[0] + vector[4 * c + 1] * quad[1] + vector[4 * c + 2] * quad[2] +
                       vector[4 * c + 3] * quad[3];
        }
    }
}

// Both planes: 256 · high + low. Largest magnitude on the way: 128 · 255 · 32639 < 2^31.
template <int Planes>
void planeDots(const std::uint8_t* codes, const GroupView& x, int row, int first, int count, std::int32_t start,
               std::int32_t* dots) {
    std::int32_t high[kTileChannels] = {};
    if constexpr (Planes == 2) {
        addDots(codes, x.codes, row, first, count, high);
    }
    for (int c = 0; c < kTileChannels; ++c) {
        dots[c] = start + 256 * high[c];
    }
    addDots(codes, Planes == 2 ? x.lowCodes : x.codes, row, first, count, dots);
}

// Codes with a zero point: Σ (code − zero) x = Σ code · x − zero · Σ x, so the sum starts at −zero · Σ x.
template <int Planes>
void addGroup(const std::byte* panel, const GroupView& x, int row, int zero, float* results) {
    std::int32_t dots[kTileChannels];
    planeDots<Planes>(reinterpret_cast<const std::uint8_t*>(panel), x, row, 0, kQuads, zero * x.negativeSums[row],
                      dots);
    const auto* scales = reinterpret_cast<const float*>(panel + kPanelCodeBytes);
    for (int c = 0; c < kTileChannels; ++c) {
        results[c] += static_cast<float>(dots[c]) * (scales[c] * x.scales[row]);
    }
}

// q4: Σ (code · scale + offset) x = scale · Σ code · x + offset · Σ x, each for 64 inputs.
template <int Planes>
void addGroupQ4(const std::byte* panel, const GroupView& x, int row, float* results) {
    const auto* scales = reinterpret_cast<const float*>(panel + kPanelCodeBytes);
    const float* offsets = scales + 2 * kTileChannels;
    for (int half = 0; half < 2; ++half) {
        std::int32_t dots[kTileChannels];
        planeDots<Planes>(reinterpret_cast<const std::uint8_t*>(panel), x, row, half * kQuads / 2, kQuads / 2, 0, dots);
        const float halfSum = x.halfSums[half * kRowBlock + row];
        for (int c = 0; c < kTileChannels; ++c) {
            const int at = half * kTileChannels + c;
            results[c] += static_cast<float>(dots[c]) * (scales[at] * x.scales[row]);
            results[c] += offsets[at] * halfSum;
        }
    }
}

template <int Planes>
void multiplyPlanes(const PanelProduct& product) {
    const std::ptrdiff_t panelStride = product.format == CodeFormat::Q4 ? kQ4PanelBytes : kPanelBytes;
    std::memset(product.results, 0, sizeof(float) * kRowBlock * kTileChannels);
    for (int g = 0; g < product.groups; ++g) {
        const std::byte* panel = product.panels + g * panelStride;
        const GroupView x = viewGroup<Planes>(product.activations +
                                              static_cast<std::ptrdiff_t>(g) * GroupLayout<kRowBlock, Planes>::kBytes);
        for (int r = 0; r < product.rows; ++r) {
            float* results = product.results + r * kTileChannels;
            if (product.format == CodeFormat::Q4) {
                addGroupQ4<Planes>(panel, x, r, results);
            } else {
                addGroup<Planes>(panel, x, r, product.format == CodeFormat::Q8 ? 128 : 1, results);
            }
        }
    }
}

}  // namespace

void multiply(const PanelProduct& product) {
    if (product.bits == ActivationBits::Int15) {
        multiplyPlanes<2>(product);
    } else {
        multiplyPlanes<1>(product);
    }
}

void multiplyDense(const float* block, const float* panel, int rows, int k, float* results) {
    std::memset(results, 0, sizeof(float) * kRowBlock * kTileChannels);
    for (int i = 0; i < k; ++i) {
        for (int r = 0; r < rows; ++r) {
            const float x = block[i * kRowBlock + r];
            for (int c = 0; c < kTileChannels; ++c) {
                results[r * kTileChannels + c] += x * panel[i * kTileChannels + c];
            }
        }
    }
}

void store(const float* results, int rows, int channels, const OutputTile& out) {
    for (int r = 0; r < rows; ++r) {
        const float* from = results + r * kTileChannels;
        float* y = out.y + r * out.stride;
        for (int c = 0; c < channels; ++c) {
            const float value = out.bias == nullptr ? from[c] : from[c] + out.bias[c];
            if (out.gate != nullptr) {
                y[c] += out.gate[c] * value;
            } else {
                y[c] = out.accumulate ? y[c] + value : value;
            }
        }
    }
}

}  // namespace penjing::kernels::scalar
