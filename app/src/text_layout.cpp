#include "text_layout.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "console.h"

namespace penjing::cli {
namespace {

constexpr std::size_t labelWidth = 14;
constexpr std::size_t textWidth = 86;

// `value` with one decimal below 10'000 units, and the first unit in which it is.
std::string scaled(std::uint64_t value, const std::array<const char*, 5>& units) {
    std::size_t unit = 0;
    auto number = static_cast<double>(value);
    while (number >= 1000.0 && unit + 1 < units.size()) {
        number /= 1000.0;
        ++unit;
    }
    std::array<char, 48> text;
    std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f%s" : "%.1f%s", number, units[unit]);
    return text.data();
}

}  // namespace

std::string row(std::string_view label, std::string_view text) {
    std::string line(label);
    line.resize(std::max(labelWidth, line.size() + 1), ' ');
    return line + printable(text) + "\n";
}

std::string listRow(std::string_view label, const std::vector<std::string>& items) {
    std::string rows, current;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string item = items[i] + (i + 1 < items.size() ? ", " : "");
        if (!current.empty() && current.size() + item.size() > textWidth) {
            rows += row(rows.empty() ? label : "", current);
            current.clear();
        }
        current += item;
    }
    return current.empty() ? rows : rows + row(rows.empty() ? label : "", current);
}

std::string bytesText(std::uint64_t bytes) {
    return scaled(bytes, {" bytes", " kB", " MB", " GB", " TB"});
}

std::string countText(std::uint64_t count) {
    return scaled(count, {"", " k", " M", " G", " T"});
}

}  // namespace penjing::cli
