#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "penjing/result.h"

namespace penjing::cli {

// The prompt as a file name: ASCII letters in lower case and digits, other scripts as they are, hyphens between words,
// at most 60 bytes. "picture" if nothing is left. `prompt` may be anything.
std::string slug(std::string_view prompt);

// "a-red-apple-7.png", or the first of "a-red-apple-7-2.png", ... that does not exist yet.
std::filesystem::path freeOutputName(std::string_view prompt, std::uint64_t seed);

// The n-th (from 0) default name, whether it exists or not.
std::filesystem::path outputName(std::string_view prompt, std::uint64_t seed, int n);

// "apple.png" → "apple-3.png".
std::filesystem::path numbered(const std::filesystem::path& file, int number);

// "apple.png" → "apple.preview.png".
std::filesystem::path previewName(const std::filesystem::path& file);

// WriteFailed error if a picture certainly cannot be put at `file`: no such folder, not allowed, or something that is
// not a regular file is there. Asked before the work, so that it is not lost.
Status checkWritable(const std::filesystem::path& file);

}  // namespace penjing::cli
