#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penjing::cli {

// "label       text": one row of `penjing info`. Control characters are replaced.
std::string row(std::string_view label, std::string_view text);

// Rows with the items separated by commas and wrapped; the label stands in the first. Empty for no items.
std::string listRow(std::string_view label, const std::vector<std::string>& items);

// 1536 → "1.5 kB" with 1000 as the step, as disks count.
std::string bytesText(std::uint64_t bytes);

// 7'200'000 → "7.2 M".
std::string countText(std::uint64_t count);

}  // namespace penjing::cli
