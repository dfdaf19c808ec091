#pragma once

#include <cstdint>
#include <string_view>

#include "penjing/result.h"

namespace penjing::cli {

// Text to number, strictly: decimal digits, the whole text, in range. Errors are Usage errors that name the option
// and what it takes. (CLI11's own conversions read 010 as octal and 1e9 as 1.)

// A whole number in [min, max]; `option` as the user wrote it, e.g. "--steps".
Result<int> parseInteger(std::string_view option, std::string_view text, int min, int max);

// 0 to 2^64 - 1.
Result<std::uint64_t> parseSeed(std::string_view option, std::string_view text);

struct Size {
    int width = 0;
    int height = 0;
};
// "WIDTHxHEIGHT", each 1 to 65536. What the model can draw is the pipeline's to say.
Result<Size> parseSize(std::string_view text);

// A finite number, 0 or more.
Result<double> parseGuidance(std::string_view text);

// The strength of a variation: above 0, at most 1.
Result<double> parseStrength(std::string_view option, std::string_view text);

inline constexpr int maxSteps = 1000;
inline constexpr int maxPixelsPerSide = 65536;
inline constexpr int maxThreads = 1024;

}  // namespace penjing::cli
