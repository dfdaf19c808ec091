#pragma once

#include <cstddef>
#include <cstdint>

#include "penjing/kernels/linear.h"

// Layouts that the kernels of all sets share. Constants only: an inline function here would be compiled once per
// instruction set and the linker might keep the copy that an older processor cannot run.
namespace penjing::kernels {

inline constexpr int kQuads = kGroupSize / 4;                       // four-byte steps of a dot product
inline constexpr int kPanelCodeBytes = kGroupSize * kTileChannels;  // u8 codes of a decoded tile
inline constexpr int kPanelVectors = kPanelCodeBytes / 64;          // docs/formats/pack.md
inline constexpr int kBase3Vectors = 13;
inline constexpr int kBase3Digits = 5;

// A decoded tile: codes, scales [32] (q4: [2][32] and offsets [2][32]).
inline constexpr int kPanelBytes = kPanelCodeBytes + kTileChannels * 4;
inline constexpr int kQ4PanelBytes = kPanelCodeBytes + 4 * kTileChannels * 4;

inline constexpr std::uint32_t kInfinityBits = 0x7f800000u;  // |x| of NaN and Inf is at or above, as integers
inline constexpr float kSmallestAbsmax = 0x1p-100f;          // keeps 32639 / absmax finite
constexpr float largestCode(ActivationBits bits) {
    return bits == ActivationBits::Int7 ? 63.0f : bits == ActivationBits::Int8 ? 127.0f : 32639.0f;
}

// A group of an activation block of R rows; see LinearKernels::quantize.
template <int R, int Planes>
struct GroupLayout {
    static constexpr int kCodes = 0;
    static constexpr int kLowCodes = R * kGroupSize;
    static constexpr int kScales = Planes * R * kGroupSize;
    static constexpr int kNegativeSums = kScales + 4 * R;
    static constexpr int kHalfSums = kNegativeSums + 4 * R;
    static constexpr int kBytes = (kHalfSums + 8 * R + 63) / 64 * 64;
};

}  // namespace penjing::kernels
