#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "penjing/result.h"

namespace penjing {

// A tEXt, zTXt or iTXt chunk; the text is UTF-8.
struct PngText {
    std::string keyword;
    std::string text;
};

// The text chunks of a PNG in file order, wherever they stand. Damaged ones, those over 1 MiB, and compressed ones
// after 16 MiB were unpacked, are left out; a file that ends early gives what came before. The pixels are not looked
// at. Usage error if it is not a PNG.
Result<std::vector<PngText>> readPngTexts(std::span<const std::uint8_t> file);

// The first text with this keyword, null if there is none.
const std::string* findText(const std::vector<PngText>& texts, std::string_view keyword);

}  // namespace penjing
