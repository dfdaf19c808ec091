#pragma once

#include <string>

namespace penjing {

// A serialised SentencePiece model (unigram) that knows the specials <pad> 0, <unk> 1, <s> 2, </s> 3, all 256 bytes as
// fallback and the printable ASCII characters, 355 pieces in all: enough to tokenize any prompt, with poor economy.
std::string byteTokenizerModel();

}  // namespace penjing
