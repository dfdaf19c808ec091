#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "pack/model_config.h"
#include "penjing/result.h"
#include "tokenizer/bpe_model.h"

namespace penjing {

// The tokenizer in `folder` as the content of a pack's `tokenizer.model`, type "qwen2-bpe". Reads tokenizer.json, or
// where that is missing vocab.json and merges.txt with the special tokens of added_tokens.json and
// tokenizer_config.json. Checks that it is Qwen2's kind of tokenizer (NFC, its pre-tokenizer, plain byte-level BPE) and
// that merges and vocabulary agree. ModelFile error in one line, with the file's name, otherwise. Not to be trusted:
// the files; what comes back passes parseBpeModel.
Result<std::vector<std::byte>> readQwenTokenizer(const std::filesystem::path& folder);

// The vocabulary in the text of a tokenizer.json; errors without a file's name. Throws only bad_alloc.
Result<BpeModel> parseQwenTokenizerJson(std::string_view text);

// The configuration that goes with such a tokenizer in FLUX.2 klein: Qwen3's chat template around the prompt (no system
// message, thinking off), 512 tokens, padded with <|endoftext|>. ModelFile error if the vocabulary in `model` lacks
// that token or one of the template's.
Result<TokenizerConfig> qwenTokenizerConfig(std::span<const std::byte> model);

}  // namespace penjing
