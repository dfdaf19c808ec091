#include "parse_arguments.h"

#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

namespace penjing::cli {
namespace {

// True if `text` is nothing but a number that `value` can hold.
template <typename T>
bool parseWhole(std::string_view text, T& value) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    return !text.empty() && error == std::errc() && stop == end;
}

Error usage(std::string_view option, std::string_view text, const std::string& expected) {
    constexpr std::size_t shown = 40;
    std::string given(text.substr(0, shown));
    if (text.size() > shown)
        given += "...";
    return {ErrorCode::Usage, std::string(option) + " takes " + expected + ", not \"" + given + "\""};
}

}  // namespace

Result<int> parseInteger(std::string_view option, std::string_view text, int min, int max) {
    int value = 0;
    if (!parseWhole(text, value) || value < min || value > max)
        return usage(option, text, "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    return value;
}

Result<std::uint64_t> parseSeed(std::string_view option, std::string_view text) {
    std::uint64_t value = 0;
    if (!parseWhole(text, value))
        return usage(option, text, "a whole number from 0 to 18446744073709551615");
    return value;
}

Result<Size> parseSize(std::string_view text) {
    const auto cross = text.find('x');
    Size size;
    const bool numbers = cross != std::string_view::npos && parseWhole(text.substr(0, cross), size.width) &&
                         parseWhole(text.substr(cross + 1), size.height);
    if (!numbers || size.width < 1 || size.height < 1 || size.width > maxPixelsPerSide ||
        size.height > maxPixelsPerSide)
        return usage("--size", text, "WIDTHxHEIGHT in pixels, such as 256x256");
    return size;
}

Result<double> parseGuidance(std::string_view text) {
    double value = 0.0;
    if (!parseWhole(text, value) || !std::isfinite(value) || value < 0.0)
        return usage("--guidance", text, "a number, 0 or more");
    return value;
}

Result<double> parseStrength(std::string_view option, std::string_view text) {
    double value = 0.0;
    if (!parseWhole(text, value) || !(value > 0.0 && value <= 1.0))
        return usage(option, text, "a number above 0, at most 1");
    return value;
}

}  // namespace penjing::cli
