#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "pack/model_config.h"
#include "tokenizer/prompt_tokenizer.h"

namespace penjing {

// A serialised SentencePiece ModelProto. Prompts become bos, pieces, eos, pad…; control characters count as spaces;
// pieces beyond maxSequenceLength − 2 are dropped, bos and eos always stay. Errors as Tokenizer::load; may throw.
Result<std::shared_ptr<const PromptTokenizer>> loadSentencePieceTokenizer(std::span<const std::byte> model,
                                                                          const TokenizerConfig& config, int vocabSize);

}  // namespace penjing
