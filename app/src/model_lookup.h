#pragma once

#include <filesystem>
#include <string>

#include "penjing/result.h"

namespace penjing::cli {

// The model to use: `given` (the --model option) if not empty, else the environment variable PENJING_MODEL, else the
// bundled seedling.penjing beside the executable: ../share/penjing of an installation, assets/ of a source tree above
// it. ModelFile error if there is none; whether the file is good is for Model::open to say.
Result<std::filesystem::path> findModel(const std::string& given);

}  // namespace penjing::cli
