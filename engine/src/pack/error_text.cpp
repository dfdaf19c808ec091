#include "pack/error_text.h"

namespace penjing {

std::string inQuotes(std::string_view text) {
    constexpr std::size_t kLongest = 120;
    std::string result = "\"";
    for (const char c : text.substr(0, kLongest)) result += (c >= 0x20 && c < 0x7f) ? c : '?';
    if (text.size() > kLongest)
        result += "...";
    return result + "\"";
}

}  // namespace penjing
