#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penjing {

// How exactly activations enter the products.
// Int8, the default: in low-bit linears as int8 with one scale per (token, 128 inputs), in attention and convolution
// with 16 bits (bfloat16, or integers with scales) where the processor multiplies those faster than fp32; otherwise
// convolutions take Winograd's products where they are quicker.
// Int7, "turbo": the same, but 7 bits (codes up to ±63) enter ternary and binary weights, which processors with byte
// lookups of 64 entries multiply faster. All others compute the same with what they have.
// Int15, the accurate reference: two int8 planes (about 15 bits, twice the work), and direct products in fp32.
// Dense linears are fp32 with all of them.
enum class Precision : std::uint8_t { Int7, Int8, Int15 };

// "int7", "int8", "int15": stable, in recipes and reports. None for other names.
std::string_view precisionName(Precision precision);
std::optional<Precision> precisionByName(std::string_view name);

// True if the kernels that a pipeline takes by default (PENJING_KERNELS, or the best) have lookups for Int7, so that it
// is faster than Int8.
bool turboIsFaster();

}  // namespace penjing
