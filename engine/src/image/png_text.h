#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "penjing/result.h"

namespace penjing {

// A tEXt, zTXt or iTXt chunk; the text is UTF-8.
struct PngText {
    std::string keyword;
    std::string text;
};

// The text chunks of a PNG in file order, wherever they stand. Damaged ones, and those over 1 MiB, are left out;
// a file that ends early gives what came before. The pixels are not looked at. Usage error if it is not a PNG.
Result<std::vector<PngText>> readPngTexts(std::span<const std::uint8_t> file);

}  // namespace penjing
