#pragma once

#include <string_view>
#include <vector>

#include "penjing/result.h"

namespace penjing {

struct TokenizedPrompt {
    std::vector<int> ids;    // exactly TokenizerConfig::maxSequenceLength: what the prompt became, then pad…
    int realTokens = 0;      // ids before the padding, those that frame the prompt included
    bool truncated = false;  // the prompt had more pieces than fit
};

// One kind of tokenizer behind Tokenizer. Immutable; may throw std::exception, which Tokenizer catches.
class PromptTokenizer {
public:
    virtual ~PromptTokenizer() = default;
    // `prompt` is UTF-8 and not longer than Tokenizer allows.
    virtual Result<TokenizedPrompt> encode(std::string_view prompt) const = 0;
};

}  // namespace penjing
