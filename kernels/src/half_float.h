#pragma once

#include <bit>
#include <cstdint>

// Widening conversions for code that is compiled for the baseline processor only (scalar reference, tests).
namespace penjing::kernels {

inline float floatFromBFloat16(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// IEEE binary16. Normal numbers are re-biased by a multiplication, which also makes subnormals come out right.
inline float floatFromHalf(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
    const std::uint32_t magnitude = bits & 0x7fffu;
    if (magnitude >= 0x7c00u) {  // Inf, NaN
        return std::bit_cast<float>(sign | 0x7f800000u | (magnitude & 0x3ffu) << 13);
    }
    const float value = std::bit_cast<float>(magnitude << 13) * 0x1p112f;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
}

}  // namespace penjing::kernels
