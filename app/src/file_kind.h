#pragma once

#include <filesystem>

#include "penjing/result.h"

namespace penjing::cli {

enum class FileKind { Picture, Pack };

// A PNG by its signature; anything else is taken for a pack, whose reader says what is wrong with it.
// Usage error if the file cannot be read.
Result<FileKind> fileKind(const std::filesystem::path& path);

}  // namespace penjing::cli
