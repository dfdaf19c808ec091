#include "tokenizer/qwen_vocabulary.h"

#include <limits>

#include "pack/error_text.h"
#include "tokenizer/unicode_text.h"

namespace penjing {
namespace {

constexpr std::size_t kLongestToken = 1024;  // bytes as spelt
constexpr std::size_t kMostTokens = 1u << 20;

// How each byte is spelt, as UTF-8.
std::array<std::string, 256> byteSpellings() {
    std::array<std::string, 256> spellings;
    char32_t next = 0x100;
    for (char32_t byte = 0; byte < 256; ++byte) {
        const bool visible =
            (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
        const char32_t character = visible ? byte : next++;
        spellings[byte] = toUtf8({&character, 1});
    }
    return spellings;
}

Result<std::uint32_t> checkedId(std::string_view text, std::uint64_t id) {
    if (id > std::numeric_limits<std::uint32_t>::max())
        return modelFileError("the token " + inQuotes(text) + " has an impossible id");
    return static_cast<std::uint32_t>(id);
}

Error tooLarge() {
    return modelFileError("the vocabulary is too large");
}

}  // namespace

Status QwenVocabulary::addToken(std::string_view text, std::uint64_t id) {
    if (ids_.size() >= kMostTokens || text.size() > kLongestToken)
        return tooLarge();
    const Result<std::uint32_t> narrow = checkedId(text, id);
    if (!narrow)
        return narrow.error();
    if (!ids_.emplace(text, *narrow).second)
        return modelFileError("the token " + inQuotes(text) + " appears twice");
    return {};
}

Status QwenVocabulary::addMerge(std::string_view pair) {
    const std::size_t space = pair.find(' ');
    if (space == std::string_view::npos || pair.find(' ', space + 1) != std::string_view::npos)
        return modelFileError("the merge " + inQuotes(pair) + " is not two tokens with a space between them");
    return addMerge(pair.substr(0, space), pair.substr(space + 1));
}

Status QwenVocabulary::addMerge(std::string_view left, std::string_view right) {
    if (merges_.size() >= kMostTokens || left.size() > kLongestToken || right.size() > kLongestToken)
        return tooLarge();
    merges_.emplace_back(left, right);
    return {};
}

Status QwenVocabulary::addSpecial(std::string text, std::uint64_t id) {
    const Result<std::uint32_t> narrow = checkedId(text, id);
    if (!narrow)
        return narrow.error();
    const auto [known, isNew] = specials_.emplace(std::move(text), *narrow);
    if (!isNew && known->second != *narrow)
        return modelFileError("the special token " + inQuotes(known->first) + " has two ids");
    return {};
}

const std::uint32_t* QwenVocabulary::idOf(const std::string& text) const {
    const auto found = ids_.find(text);
    return found == ids_.end() ? nullptr : &found->second;
}

Result<BpeModel> QwenVocabulary::model() const {
    BpeModel model;
    const std::array<std::string, 256> spellings = byteSpellings();
    for (std::size_t byte = 0; byte < spellings.size(); ++byte) {
        const std::uint32_t* id = idOf(spellings[byte]);
        if (!id)
            return modelFileError("the vocabulary lacks a token for byte " + std::to_string(byte));
        model.byteIds[byte] = *id;
    }
    model.merges.reserve(merges_.size());
    for (const auto& [left, right] : merges_) {
        const std::uint32_t* leftId = idOf(left);
        const std::uint32_t* rightId = idOf(right);
        const std::uint32_t* result = idOf(left + right);
        if (!leftId || !rightId || !result)
            return modelFileError("merges and vocabulary do not agree: merge " + std::to_string(model.merges.size()) +
                                  " joins or makes a token that is not in the vocabulary");
        model.merges.push_back({*leftId, *rightId, *result});
    }
    for (const auto& [text, id] : specials_) model.specials.push_back({id, text});
    PENJING_TRY(checkBpeModel(model));
    return model;
}

}  // namespace penjing
