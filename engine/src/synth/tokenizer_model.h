#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace penjing {

// A serialised SentencePiece model (unigram) that knows the specials <pad> 0, <unk> 1, <s> 2, </s> 3, all 256 bytes as
// fallback and the printable ASCII characters, 355 pieces in all: enough to tokenize any prompt, with poor economy.
std::string byteTokenizerModel();

// A qwen2-bpe vocabulary of the 256 bytes (their own ids) without merges, with Qwen3's special tokens that its chat
// template and its padding need, behind them: any prompt, a token a byte.
std::vector<std::byte> byteBpeModel();

}  // namespace penjing
