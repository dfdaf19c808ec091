#include "import/ggml_blocks.h"

#include <cstring>

#include "penjing/kernels/half_float.h"

namespace penjing {
namespace {

constexpr unsigned kPowersOfThree[] = {1, 3, 9, 27, 81};

// A byte is ceil(256 · v / 243) of a five-digit base-3 number v; digit 0 is the most significant one.
std::uint8_t baseThreeDigit(std::byte packed, unsigned digit) {
    const unsigned shifted = std::to_integer<unsigned>(packed) * kPowersOfThree[digit] & 255u;
    return static_cast<std::uint8_t>(shifted * 3 >> 8);
}

// `width` bytes that hold `digits` runs of `width` consecutive weights.
void unpackDigits(const std::byte* packed, std::size_t width, unsigned digits, std::uint8_t* codes) {
    for (unsigned digit = 0; digit < digits; ++digit)
        for (std::size_t i = 0; i < width; ++i) *codes++ = baseThreeDigit(packed[i], digit);
}

}  // namespace

float ggmlScale(const std::byte* bytes) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes, sizeof bits);
    return floatFromHalf(bits);
}

void unpackBits(const std::byte* packed, std::size_t count, unsigned bits, std::uint8_t* codes) {
    const unsigned mask = (1u << bits) - 1;
    const std::size_t perByte = 8 / bits;
    for (std::size_t i = 0; i < count; ++i) {
        const auto byte = std::to_integer<unsigned>(packed[i / perByte]);
        codes[i] = static_cast<std::uint8_t>(byte >> (i % perByte * bits) & mask);
    }
}

void unpackPtq1(const std::byte* packed, std::uint8_t* codes) {
    unpackDigits(packed, 16, 5, codes);            // weights 0…79
    unpackDigits(packed + 16, 8, 5, codes + 80);   // 80…119
    unpackDigits(packed + 24, 2, 4, codes + 120);  // 120…127
}

}  // namespace penjing
