#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "pack/model_config.h"
#include "penjing/result.h"
#include "tokenizer/prompt_tokenizer.h"

namespace penjing {

// What a pack's `tokenizer.model` and its configuration make of a prompt. Immutable and safe to share between threads.
class Tokenizer {
public:
    // `model` is what config.type says: a serialised SentencePiece ModelProto or a qwen2-bpe vocabulary (copied).
    // ModelFile error if it is not one, or if it knows ids beyond the embedding table's rows.
    static Result<Tokenizer> load(std::span<const std::byte> model, const TokenizerConfig& config, int vocabSize);

    // Usage error if `prompt` is not UTF-8 or longer than 1 MiB.
    Result<TokenizedPrompt> encode(std::string_view prompt) const;

private:
    explicit Tokenizer(std::shared_ptr<const PromptTokenizer> tokenizer) : tokenizer_(std::move(tokenizer)) {}
    std::shared_ptr<const PromptTokenizer> tokenizer_;
};

}  // namespace penjing
