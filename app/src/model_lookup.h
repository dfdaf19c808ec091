#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "penjing/result.h"

namespace penjing::cli {

// The bundled seedling.penjing beside the executable: ../share/penjing of an installation, assets/ of a source tree
// above it.
std::optional<std::filesystem::path> bundledModel();

// What the user named: `given` (the --model option) if not empty, else the environment variable PENJING_MODEL.
std::optional<std::filesystem::path> chosenModel(const std::string& given);

// The chosen model, else the bundled one. ModelFile error if there is none; whether the file is good is for
// Model::open to say.
Result<std::filesystem::path> findModel(const std::string& given);

}  // namespace penjing::cli
