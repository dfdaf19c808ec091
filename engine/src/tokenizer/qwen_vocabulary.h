#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tokenizer/bpe_model.h"

namespace penjing {

// Collects a byte-level BPE vocabulary in the spelling of transformers' files, where every byte is written as one
// printable character (GPT-2's table: itself where it is visible in Latin-1, else U+0100 and up in order). All errors
// are ModelFile, without a file's name.
class QwenVocabulary {
public:
    Status addToken(std::string_view text, std::uint64_t id);
    // In rank order; as "left right" or as two texts.
    Status addMerge(std::string_view pair);
    Status addMerge(std::string_view left, std::string_view right);
    // The same special token may be named by several files, if they agree.
    Status addSpecial(std::string text, std::uint64_t id);

    // What was added, checked: every byte and every half and result of a merge is in the vocabulary, special tokens
    // are none of its regular ones. Tokens that no merge makes are left out: nothing can become them.
    Result<BpeModel> model() const;

private:
    // Null if there is no such token.
    const std::uint32_t* idOf(const std::string& text) const;

    std::unordered_map<std::string, std::uint32_t> ids_;
    std::vector<std::pair<std::string, std::string>> merges_;
    std::map<std::string, std::uint32_t> specials_;
};

}  // namespace penjing
