#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace penjing {

// First 1 MiB of a file under /proc or /sys; none if it cannot be read.
std::optional<std::string> readSmallFile(const std::filesystem::path& path);

// The unsigned number that `text` starts with after blanks; none if there is none or it does not fit.
std::optional<std::uint64_t> leadingNumber(std::string_view text);

// The number after `key` at the start of a line, as in "MemAvailable:  123 kB" or "inactive_file 456".
std::optional<std::uint64_t> numberAfterKey(std::string_view text, std::string_view key);

}  // namespace penjing
