#include "tokenizer/sentencepiece_tokenizer.h"

#include <sentencepiece_processor.h>

#include <string>
#include <utility>

#include "pack/error_text.h"

namespace penjing {
namespace {

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

class SentencePieceTokenizer final : public PromptTokenizer {
public:
    explicit SentencePieceTokenizer(const TokenizerConfig& config) : config_(config) {}

    Status load(std::span<const std::byte> model, int vocabSize) {
        const auto status =
            processor_.LoadFromSerializedProto({reinterpret_cast<const char*>(model.data()), model.size()});
        if (!status.ok())
            return modelFileError("its tokenizer is not a SentencePiece model");
        if (processor_.GetPieceSize() > vocabSize)
            return modelFileError("its tokenizer has " + std::to_string(processor_.GetPieceSize()) +
                                  " pieces but the embedding table only " + std::to_string(vocabSize) + " rows");
        return {};
    }

    Result<TokenizedPrompt> encode(std::string_view prompt) const override {
        TokenizedPrompt result;
        std::vector<int> pieces;
        if (!processor_.Encode(withoutControls(prompt), &pieces).ok())
            return Error{ErrorCode::Internal, "the tokenizer failed on this prompt"};
        const auto length = static_cast<std::size_t>(config_.maxSequenceLength);
        const std::size_t room = length - 2;  // bos and eos
        result.truncated = pieces.size() > room;
        if (result.truncated)
            pieces.resize(room);

        result.ids.reserve(length);
        result.ids.push_back(config_.bos);
        result.ids.insert(result.ids.end(), pieces.begin(), pieces.end());
        result.ids.push_back(config_.eos);
        result.realTokens = static_cast<int>(result.ids.size());
        result.ids.resize(length, config_.pad);
        return result;
    }

private:
    sentencepiece::SentencePieceProcessor processor_;
    TokenizerConfig config_;
};

}  // namespace

Result<std::shared_ptr<const PromptTokenizer>> loadSentencePieceTokenizer(std::span<const std::byte> model,
                                                                          const TokenizerConfig& config,
                                                                          int vocabSize) {
    auto tokenizer = std::make_shared<SentencePieceTokenizer>(config);
    PENJING_TRY(tokenizer->load(model, vocabSize));
    return std::shared_ptr<const PromptTokenizer>(std::move(tokenizer));
}

}  // namespace penjing
