#pragma once

#include <cstddef>
#include <string_view>

namespace penjing {

// How many characters of `text` (not empty, in NFC) form its first piece, within which BPE merges. The pieces are those
// of Qwen2's pre-tokenizer, the first alternative that matches:
//   (?i:'s|'t|'re|'ve|'m|'ll|'d) | [^\r\n\p{L}\p{N}]?\p{L}+ | \p{N} | ?[^\s\p{L}\p{N}]+[\r\n]* | \s*[\r\n]+ | \s+(?!\S)
//   | \s+
// (the fourth begins with an optional space).
std::size_t qwenPieceLength(std::u32string_view text);

}  // namespace penjing
