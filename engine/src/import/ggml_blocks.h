#pragma once

#include <cstddef>
#include <cstdint>

namespace penjing {

// Blocks of ggml's low-bit types (layouts: ggml-common.h of ggml-org/ggml; PQ2_0 and PTQ1_0: the PrismML fork).
inline constexpr std::size_t kQ8Block = 32, kQ8Bytes = 34;       // binary16 scale, 32 int8
inline constexpr std::size_t kQ1Block = 128, kQ1Bytes = 18;      // scale, 128 bits
inline constexpr std::size_t kQ2Block = 64, kQ2Bytes = 18;       // scale, 64 codes of 2 bits
inline constexpr std::size_t kPq2Block = 128, kPq2Bytes = 34;    // scale, 128 codes of 2 bits
inline constexpr std::size_t kPtq1Block = 128, kPtq1Bytes = 28;  // base-3 codes, scale at the end

// The binary16 at `bytes`.
float ggmlScale(const std::byte* bytes);

// Codes 0 and 1 (one per bit), 0…3 (two bits), lowest bits first.
void unpackBits(const std::byte* packed, std::size_t count, unsigned bits, std::uint8_t* codes);

// 128 codes 0…2 out of the 26 base-3 bytes of a PTQ1_0 block.
void unpackPtq1(const std::byte* packed, std::uint8_t* codes);

}  // namespace penjing
