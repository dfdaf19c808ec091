#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "penjing/result.h"

namespace penjing {

// Reads a JSON object of at most `most` bytes. ModelFile error that names the file.
Status readJsonFile(const std::filesystem::path& path, std::size_t most, nlohmann::json& out);

}  // namespace penjing
