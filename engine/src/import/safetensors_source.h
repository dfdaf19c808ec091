#pragma once

#include <filesystem>

#include "import/source_tensor.h"
#include "penjing/result.h"

namespace penjing {

// Adds the tensors of one safetensors file. ModelFile error in one line that names the file.
Status addSafetensorsFile(const std::filesystem::path& path, TensorCatalog& catalog);

// All safetensors files of a folder: those that an *.index.json lists, if there is one (each must be there and hold
// what the index says), else every one.
Result<TensorCatalog> openSafetensorsFolder(const std::filesystem::path& folder);

}  // namespace penjing
