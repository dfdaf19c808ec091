#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "pack/model_config.h"
#include "penjing/result.h"

namespace penjing {

struct TokenizedPrompt {
    std::vector<int> ids;    // exactly TokenizerConfig::maxSequenceLength: bos, pieces, eos, pad…
    int realTokens = 0;      // ids before the padding, bos and eos included
    bool truncated = false;  // the prompt had more pieces than fit
};

// A SentencePiece model out of a pack. Immutable and safe to share between threads.
class Tokenizer {
public:
    // `model` is a serialised SentencePiece ModelProto (copied). ModelFile error if it is not one, or if it knows
    // more pieces than the embedding table has rows.
    static Result<Tokenizer> load(std::span<const std::byte> model, const TokenizerConfig& config, int vocabSize);

    // Control characters count as spaces. Pieces beyond maxSequenceLength − 2 are dropped; bos and eos always stay.
    // Usage error if `prompt` is not UTF-8 or longer than 1 MiB.
    Result<TokenizedPrompt> encode(std::string_view prompt) const;

private:
    struct Impl;
    explicit Tokenizer(std::shared_ptr<const Impl> impl);
    std::shared_ptr<const Impl> impl_;
};

}  // namespace penjing
