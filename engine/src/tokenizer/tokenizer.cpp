#include "tokenizer/tokenizer.h"

#include <sentencepiece_processor.h>

#include <exception>
#include <string>

#include "pack/error_text.h"
#include "tokenizer/utf8.h"

namespace penjing {
namespace {

constexpr std::size_t kLongestPrompt = 1u << 20;

// Control characters (C0, DEL, C1) become spaces: a tab or line break separates words, the others mean nothing here.
std::string withoutControls(std::string_view text) {
    std::string result(text);
    for (std::size_t i = 0; i < result.size(); ++i) {
        const auto byte = static_cast<unsigned char>(result[i]);
        if (byte < 0x20 || byte == 0x7f)
            result[i] = ' ';
        else if (byte == 0xc2 && static_cast<unsigned char>(result[i + 1]) < 0xa0)
            result.replace(i, 2, " ");
    }
    return result;
}

}  // namespace

struct Tokenizer::Impl {
    sentencepiece::SentencePieceProcessor processor;
    TokenizerConfig config;
};

Tokenizer::Tokenizer(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

Result<Tokenizer> Tokenizer::load(std::span<const std::byte> model, const TokenizerConfig& config, int vocabSize) {
    try {
        auto impl = std::make_shared<Impl>();
        impl->config = config;
        const auto status =
            impl->processor.LoadFromSerializedProto({reinterpret_cast<const char*>(model.data()), model.size()});
        if (!status.ok())
            return modelFileError("its tokenizer is not a SentencePiece model");
        if (impl->processor.GetPieceSize() > vocabSize)
            return modelFileError("its tokenizer has " + std::to_string(impl->processor.GetPieceSize()) +
                                  " pieces but the embedding table only " + std::to_string(vocabSize) + " rows");
        return Tokenizer(std::shared_ptr<const Impl>(std::move(impl)));
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
        TokenizedPrompt result;
        std::vector<int> pieces;
        if (!impl_->processor.Encode(withoutControls(prompt), &pieces).ok())
            return Error{ErrorCode::Internal, "the tokenizer failed on this prompt"};
        const auto length = static_cast<std::size_t>(impl_->config.maxSequenceLength);
        const std::size_t room = length - 2;  // bos and eos
        result.truncated = pieces.size() > room;
        if (result.truncated)
            pieces.resize(room);

        result.ids.reserve(length);
        result.ids.push_back(impl_->config.bos);
        result.ids.insert(result.ids.end(), pieces.begin(), pieces.end());
        result.ids.push_back(impl_->config.eos);
        result.realTokens = static_cast<int>(result.ids.size());
        result.ids.resize(length, impl_->config.pad);
        return result;
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, "not enough memory to tokenize the prompt"};
    }
}

}  // namespace penjing
