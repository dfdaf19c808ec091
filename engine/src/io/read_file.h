#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "penjing/result.h"

namespace penjing {

// A whole file. Usage error, with the path, if it cannot be read or is larger than `most` bytes.
Result<std::vector<std::uint8_t>> readWholeFile(const std::filesystem::path& path, std::size_t most);

}  // namespace penjing
