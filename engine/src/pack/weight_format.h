#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "ops/tensor_view.h"

namespace penjing {

// Low-bit matrices are cut into tiles of 32 output channels × 128 inputs (docs/formats/pack.md).
inline constexpr int kTileChannels = 32;
inline constexpr int kGroupSize = 128;

bool isLowBit(WeightFormat format);

// Bytes of one tile; 0 for dense formats.
std::size_t tileBytes(WeightFormat format);

// "t3", "b1", "q4", "q8", "bf16", "f16", "f32": as in penjing.tensors and in reports.
std::string_view formatName(WeightFormat format);
std::optional<WeightFormat> formatByName(std::string_view name);

// The dense format that a safetensors dtype ("BF16", "F16", "F32") stands for.
std::optional<WeightFormat> denseFormatOfDtype(std::string_view dtype);

// Tile rows of a matrix with n output channels.
inline std::size_t tileRows(int n) {
    return (static_cast<std::size_t>(n) + kTileChannels - 1) / kTileChannels;
}

// Bytes of a matrix [n, k] in `format`; k must be a multiple of 128 for the low-bit ones.
std::size_t matrixBytes(WeightFormat format, int n, int k);

}  // namespace penjing
