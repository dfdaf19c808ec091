#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pack/model_config.h"
#include "tokenizer/bpe_encoder.h"
#include "tokenizer/prompt_tokenizer.h"

namespace penjing {

// The tokens of a text as Qwen2Tokenizer of transformers makes them: special tokens are found in the text first,
// wherever they stand (longest first, as the reference does), what lies between them is normalised to NFC, split into
// pieces and merged within each. Immutable.
class QwenTextEncoder {
public:
    explicit QwenTextEncoder(const BpeModel& model);

    // `text` is UTF-8. Stops once there are more than `most` ids.
    std::vector<int> encode(std::string_view text, std::size_t most) const;

private:
    // The special token that `text` begins with, null if none.
    const BpeSpecial* specialAt(std::string_view text) const;
    void encodePlain(std::string_view text, std::size_t most, std::vector<int>& ids) const;

    BpeEncoder encoder_;
    std::vector<BpeSpecial> specials_;  // longest first
    std::string specialBegins_;         // their first bytes
};

// A qwen2-bpe vocabulary (bpe_model.h). Prompts become the tokens of config.prefix + prompt + config.suffix, read as
// one text, so that white space at the prompt's start merges as it does in the reference; then pad…. What does not fit
// is cut from the end, the suffix with it. Errors as Tokenizer::load; may throw.
Result<std::shared_ptr<const PromptTokenizer>> loadQwenTokenizer(std::span<const std::byte> model,
                                                                 const TokenizerConfig& config, int vocabSize);

}  // namespace penjing
