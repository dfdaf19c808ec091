#pragma once

#include <string>
#include <string_view>

namespace penjing {

// Whether `text` is well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF).
bool isUtf8(std::string_view text);

// The text with U+FFFD for every byte that belongs to no well-formed sequence.
std::string withInvalidUtf8Replaced(std::string_view text);

}  // namespace penjing
