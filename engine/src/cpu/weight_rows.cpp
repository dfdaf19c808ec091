#include "cpu/weight_rows.h"

#include <cstdint>
#include <cstring>

namespace penjing {
namespace {

constexpr int kTileRows = 32;
constexpr int kTileInputs = 128;
constexpr int kPanelVector = 64;                                                  // bytes of a panel vector
constexpr int kPanelVectors = kTileRows * kTileInputs / kPanelVector;             // 64
constexpr int kScaleBytes = kTileRows * static_cast<int>(sizeof(std::uint16_t));  // one set of scales

// How a low-bit format stores the code of byte b of panel vector v, and how large its codes are in a tile.
struct CodeLayout {
    int codeBytes = 0;
    int scaleSets = 1;     // two for q4: one per 64 inputs
    bool offsets = false;  // q4: as many offsets follow the scales
    int zeroCode = 0;      // weight = (step·code − zeroCode)·scale
    int step = 1;
    int (*code)(const std::uint8_t* codes, int v, int b) = nullptr;
};

int codeT3(const std::uint8_t* codes, int v, int b) {
    constexpr int kPowers[] = {1, 3, 9, 27, 81};
    return codes[v / 5 * kPanelVector + b] / kPowers[v % 5] % 3;
}
int codeB1(const std::uint8_t* codes, int v, int b) {
    return codes[v * 8 + b / 8] >> (b % 8) & 1;
}
int codeQ4(const std::uint8_t* codes, int v, int b) {
    const int pair = codes[v * 32 + b % 32];
    return b < 32 ? pair & 15 : pair >> 4;
}
int codeQ8(const std::uint8_t* codes, int v, int b) {
    return codes[v * kPanelVector + b];
}

CodeLayout layoutOf(WeightFormat format) {
    switch (format) {
        case WeightFormat::T3:
            return {13 * kPanelVector, 1, false, 1, 1, codeT3};
        case WeightFormat::B1:
            return {kPanelVectors * 8, 1, false, 1, 2, codeB1};
        case WeightFormat::Q4:
            return {kPanelVectors * 32, 2, true, 0, 1, codeQ4};
        default:
            return {kPanelVectors * kPanelVector, 1, false, 128, 1, codeQ8};
    }
}

float halfAt(const kernels::FloatKernels& kernels, const std::uint8_t* p) {
    std::uint16_t half;
    std::memcpy(&half, p, sizeof half);
    float value = 0.0f;
    kernels.widenF16(&half, 1, &value);
    return value;
}

void decodeTileRow(const kernels::FloatKernels& kernels, const CodeLayout& layout, const std::uint8_t* tile,
                   int channel, float* out) {
    const int half = channel / 16;
    const int inputsPerSet = kTileInputs / layout.scaleSets;
    for (int set = 0; set < layout.scaleSets; ++set) {
        const std::uint8_t* scales = tile + layout.codeBytes + set * kScaleBytes + channel * 2;
        const float scale = halfAt(kernels, scales);
        const float offset = layout.offsets ? halfAt(kernels, scales + layout.scaleSets * kScaleBytes) : 0.0f;
        for (int i = set * inputsPerSet; i < (set + 1) * inputsPerSet; ++i) {
            const int code = layout.code(tile, 2 * (i / 4) + half, 4 * (channel % 16) + i % 4);
            out[i] = static_cast<float>(layout.step * code - layout.zeroCode) * scale + offset;
        }
    }
}

void decodeLowBitRow(const kernels::FloatKernels& kernels, const Weight& weight, int row, float* out) {
    const CodeLayout layout = layoutOf(weight.format);
    const std::size_t tileBytes =
        static_cast<std::size_t>(layout.codeBytes + layout.scaleSets * kScaleBytes * (layout.offsets ? 2 : 1));
    const std::size_t tilesAcross = static_cast<std::size_t>(weight.k / kTileInputs);
    const auto* tile = reinterpret_cast<const std::uint8_t*>(weight.data) +
                       static_cast<std::size_t>(row / kTileRows) * tilesAcross * tileBytes;
    for (std::size_t g = 0; g < tilesAcross; ++g, tile += tileBytes, out += kTileInputs)
        decodeTileRow(kernels, layout, tile, row % kTileRows, out);
}

}  // namespace

void decodeWeightRow(const kernels::FloatKernels& kernels, const Weight& weight, int row, float* out) {
    const std::size_t first = static_cast<std::size_t>(row) * static_cast<std::size_t>(weight.k);
    switch (weight.format) {
        case WeightFormat::F32:
            std::memcpy(out, weight.data + first * sizeof(float), static_cast<std::size_t>(weight.k) * sizeof(float));
            break;
        case WeightFormat::BF16:
            kernels.widenBf16(reinterpret_cast<const std::uint16_t*>(weight.data) + first, weight.k, out);
            break;
        case WeightFormat::F16:
            kernels.widenF16(reinterpret_cast<const std::uint16_t*>(weight.data) + first, weight.k, out);
            break;
        default:
            decodeLowBitRow(kernels, weight, row, out);
    }
}

}  // namespace penjing
