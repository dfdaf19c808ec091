#pragma once

#include <string>
#include <string_view>

namespace penjing {

// The classes of characters that the pre-tokenizer tells apart: \p{L}, \p{N}, \s (White_Space) and the rest.
enum class CharacterKind { Letter, Number, Space, Other };

CharacterKind kindOf(char32_t character);

// `text`, which must be well-formed UTF-8, in Normalization Form C. Work is n·log n at worst, however many combining
// marks follow each other.
std::u32string normalizedNfc(std::string_view text);

std::string toUtf8(std::u32string_view text);

}  // namespace penjing
