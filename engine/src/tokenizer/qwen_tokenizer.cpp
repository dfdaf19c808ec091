#include "tokenizer/qwen_tokenizer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "pack/error_text.h"
#include "tokenizer/qwen_split.h"
#include "tokenizer/unicode_text.h"

namespace penjing {
namespace {

class QwenTokenizer final : public PromptTokenizer {
public:
    QwenTokenizer(const BpeModel& model, const TokenizerConfig& config) : encoder_(model), config_(config) {}

    Result<TokenizedPrompt> encode(std::string_view prompt) const override {
        const auto length = static_cast<std::size_t>(config_.maxSequenceLength);
        TokenizedPrompt result;
        result.ids = encoder_.encode(config_.prefix + std::string(prompt) + config_.suffix, length);
        result.truncated = result.ids.size() > length;
        result.ids.resize(std::min(result.ids.size(), length));
        result.realTokens = static_cast<int>(result.ids.size());
        result.ids.resize(length, config_.pad);
        return result;
    }

private:
    QwenTextEncoder encoder_;
    TokenizerConfig config_;
};

std::uint32_t largestId(const BpeModel& model) {
    std::uint32_t largest = *std::max_element(model.byteIds.begin(), model.byteIds.end());
    for (const BpeMerge& merge : model.merges) largest = std::max(largest, merge.result);
    for (const BpeSpecial& special : model.specials) largest = std::max(largest, special.id);
    return largest;
}

}  // namespace

QwenTextEncoder::QwenTextEncoder(const BpeModel& model) : encoder_(model), specials_(model.specials) {
    std::stable_sort(specials_.begin(), specials_.end(),
                     [](const BpeSpecial& a, const BpeSpecial& b) { return a.text.size() > b.text.size(); });
    for (const BpeSpecial& special : specials_)
        if (specialBegins_.find(special.text[0]) == std::string::npos)
            specialBegins_ += special.text[0];
}

const BpeSpecial* QwenTextEncoder::specialAt(std::string_view text) const {
    const auto found = std::find_if(specials_.begin(), specials_.end(),
                                    [text](const BpeSpecial& special) { return text.starts_with(special.text); });
    return found == specials_.end() ? nullptr : &*found;
}

void QwenTextEncoder::encodePlain(std::string_view text, std::size_t most, std::vector<int>& ids) const {
    const std::u32string normalized = normalizedNfc(text);
    std::u32string_view rest = normalized;
    while (!rest.empty() && ids.size() <= most) {
        const std::size_t length = qwenPieceLength(rest);
        encoder_.encode(toUtf8(rest.substr(0, length)), ids);
        rest.remove_prefix(length);
    }
}

std::vector<int> QwenTextEncoder::encode(std::string_view text, std::size_t most) const {
    std::vector<int> ids;
    std::size_t plainBegin = 0, at = 0;
    while (ids.size() <= most) {
        at = specialBegins_.empty() ? std::string_view::npos : text.find_first_of(specialBegins_, at);
        if (at == std::string_view::npos) {
            encodePlain(text.substr(plainBegin), most, ids);
            break;
        }
        const BpeSpecial* special = specialAt(text.substr(at));
        if (!special) {
            ++at;
            continue;
        }
        encodePlain(text.substr(plainBegin, at - plainBegin), most, ids);
        ids.push_back(static_cast<int>(special->id));
        at += special->text.size();
        plainBegin = at;
    }
    return ids;
}

Result<std::shared_ptr<const PromptTokenizer>> loadQwenTokenizer(std::span<const std::byte> model,
                                                                 const TokenizerConfig& config, int vocabSize) {
    const Result<BpeModel> vocabulary = parseBpeModel(model);
    if (!vocabulary)
        return vocabulary.error();
    if (const std::uint32_t largest = largestId(*vocabulary); largest >= static_cast<std::uint32_t>(vocabSize))
        return modelFileError("its tokenizer knows the token " + std::to_string(largest) +
                              " but the embedding table only " + std::to_string(vocabSize) + " rows");
    auto tokenizer = std::make_shared<QwenTokenizer>(*vocabulary, config);
    const Result<TokenizedPrompt> empty = tokenizer->encode("");
    if (!empty)
        return empty.error();
    if (empty->truncated)
        return modelFileError("its prompt template alone is longer than max_sequence_length");
    return std::shared_ptr<const PromptTokenizer>(std::move(tokenizer));
}

}  // namespace penjing
