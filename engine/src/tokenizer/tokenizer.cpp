#include "tokenizer/tokenizer.h"

#include <exception>

#include "pack/error_text.h"
#include "tokenizer/qwen_tokenizer.h"
#include "tokenizer/sentencepiece_tokenizer.h"
#include "tokenizer/utf8.h"

namespace penjing {
namespace {

constexpr std::size_t kLongestPrompt = 1u << 20;

}  // namespace

Result<Tokenizer> Tokenizer::load(std::span<const std::byte> model, const TokenizerConfig& config, int vocabSize) {
    try {
        auto tokenizer = config.type == kQwenTokenizerType ? loadQwenTokenizer(model, config, vocabSize)
                                                           : loadSentencePieceTokenizer(model, config, vocabSize);
        if (!tokenizer)
            return tokenizer.error();
        return Tokenizer(std::move(*tokenizer));
    } catch (const std::exception&) {
        return modelFileError("its tokenizer is damaged");
    }
}

Result<TokenizedPrompt> Tokenizer::encode(std::string_view prompt) const {
    if (prompt.size() > kLongestPrompt)
        return Error{ErrorCode::Usage, "the prompt is longer than 1 MiB"};
    if (!isUtf8(prompt))
        return Error{ErrorCode::Usage, "the prompt is not valid UTF-8"};
    try {
        return tokenizer_->encode(prompt);
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, "not enough memory to tokenize the prompt"};
    }
}

}  // namespace penjing
