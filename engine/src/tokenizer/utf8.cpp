#include "tokenizer/utf8.h"

#include <cstddef>

namespace penjing {
namespace {

// Bytes of the well-formed sequence that starts `text`, 0 if there is none.
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    std::size_t length = 0;
    unsigned least = 0x80, most = 0xbf;  // of the second byte
    if (first >= 0xc2 && first <= 0xdf) {
        length = 2;
    } else if (first >= 0xe0 && first <= 0xef) {
        length = 3;
        least = first == 0xe0 ? 0xa0 : 0x80;  // overlong below
        most = first == 0xed ? 0x9f : 0xbf;   // surrogates above
    } else if (first >= 0xf0 && first <= 0xf4) {
        length = 4;
        least = first == 0xf0 ? 0x90 : 0x80;
        most = first == 0xf4 ? 0x8f : 0xbf;  // above U+10FFFF
    }
    if (length == 0 || text.size() < length || byte(1) < least || byte(1) > most)
        return 0;
    for (std::size_t i = 2; i < length; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xbf)
            return 0;
    return length;
}

}  // namespace

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string withInvalidUtf8Replaced(std::string_view text) {
    std::string result;
    while (!text.empty()) {
        const std::size_t length = sequenceLength(text);
        result += length == 0 ? std::string_view("\xef\xbf\xbd") : text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

}  // namespace penjing
