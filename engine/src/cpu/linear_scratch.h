#pragma once

#include <algorithm>
#include <cstddef>

#include "cpu/cpu_scratch.h"

namespace penjing {

// What the linears of one CpuOps keep between calls: packed rows of x, shared by all threads, and decoded weight
// panels, a part per thread. Bounded: see kPackedRowsBytes and kPanelsBytes.
struct LinearScratch {
    Scratch<std::byte> quantized;
    Scratch<float> packed;
    Scratch<std::byte> panels;
};

// Rows are taken in pieces whose packed form stays below this (but at least that many rows, for which decoding the
// weights is little work); and the decoded panels of one thread take this much, so that they stay in an L2 cache of
// 1 MiB while all rows pass by.
inline constexpr std::size_t kPackedRowsBytes = 24u << 20;
inline constexpr int kMinRowsAtOnce = 384;
inline constexpr int kMinTableRowsAtOnce = 192;
inline constexpr std::size_t kPanelsBytes = 640u << 10;

// What the rows in lookup tables (nine bytes a value are more than enough) take at most.
constexpr std::size_t packedTablesAtMost(int inputs) {
    return std::max(kPackedRowsBytes,
                    9 * static_cast<std::size_t>(kMinTableRowsAtOnce) * static_cast<std::size_t>(inputs));
}

}  // namespace penjing
