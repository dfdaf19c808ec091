#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include "ops/tensor_view.h"

namespace penjing::test {

// Widens weights to double one at a time, straight from the text of docs/formats/pack.md. Slow on purpose.

template <typename T>
T readAs(const std::byte* data, std::size_t index) {
    T value;
    std::memcpy(&value, data + index * sizeof(T), sizeof(T));
    return value;
}

inline double halfToDouble(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const int mantissa = bits & 1023;
    const double sign = bits >> 15 ? -1.0 : 1.0;
    if (exponent == 31)
        return mantissa ? std::nan("") : sign * HUGE_VAL;
    return exponent == 0 ? sign * std::ldexp(mantissa, -24) : sign * std::ldexp(1024 + mantissa, exponent - 25);
}

inline double bfloatToDouble(std::uint16_t bits) {
    return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16));
}

// Code of byte `byte` of panel vector `v` in a tile of a low-bit format.
inline int panelCode(WeightFormat format, const std::byte* tile, int v, int byte) {
    const auto at = [&](int index) { return static_cast<int>(tile[index]); };
    switch (format) {
        case WeightFormat::T3: {
            int digits = at(v / 5 * 64 + byte);
            for (int d = 0; d < v % 5; ++d) digits /= 3;
            return digits % 3;
        }
        case WeightFormat::B1:
            return at(v * 8 + byte / 8) >> (byte % 8) & 1;
        case WeightFormat::Q4:
            return byte < 32 ? at(v * 32 + byte) & 15 : at(v * 32 + byte - 32) >> 4;
        default:
            return at(v * 64 + byte);
    }
}

inline double tiledWeight(const Weight& w, int n, int k) {
    const std::size_t tileBytes = w.format == WeightFormat::T3   ? 896
                                  : w.format == WeightFormat::B1 ? 576
                                  : w.format == WeightFormat::Q4 ? 2304
                                                                 : 4160;
    const std::byte* tile =
        w.data + (static_cast<std::size_t>(n / 32) * static_cast<std::size_t>(w.k / 128) + k / 128) * tileBytes;
    const int channel = n % 32;
    const int input = k % 128;
    const int code = panelCode(w.format, tile, 2 * (input / 4) + channel / 16, 4 * (channel % 16) + input % 4);
    const auto half = [&](std::size_t firstByte, int index) {
        return halfToDouble(readAs<std::uint16_t>(tile + firstByte, static_cast<std::size_t>(index)));
    };
    switch (w.format) {
        case WeightFormat::T3:
            return (code - 1) * half(832, channel);
        case WeightFormat::B1:
            return (2 * code - 1) * half(512, channel);
        case WeightFormat::Q4: {
            const int set = input / 64;
            return code * half(2048, 32 * set + channel) + half(2176, 32 * set + channel);
        }
        default:
            return (code - 128) * half(4096, channel);
    }
}

// W[n, k].
inline double weightAt(const Weight& w, int n, int k) {
    const std::size_t flat = static_cast<std::size_t>(n) * static_cast<std::size_t>(w.k) + static_cast<std::size_t>(k);
    switch (w.format) {
        case WeightFormat::F32:
            return static_cast<double>(readAs<float>(w.data, flat));
        case WeightFormat::F16:
            return halfToDouble(readAs<std::uint16_t>(w.data, flat));
        case WeightFormat::BF16:
            return bfloatToDouble(readAs<std::uint16_t>(w.data, flat));
        default:
            return tiledWeight(w, n, k);
    }
}

inline std::vector<double> widen(const Weight& w) {
    std::vector<double> all;
    all.reserve(static_cast<std::size_t>(w.n) * static_cast<std::size_t>(w.k));
    for (int n = 0; n < w.n; ++n)
        for (int k = 0; k < w.k; ++k) all.push_back(weightAt(w, n, k));
    return all;
}

}  // namespace penjing::test
