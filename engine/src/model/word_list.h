#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "pack/model_config.h"

namespace penjing {

// The words that a model was shown in training. Upper and lower case (of ASCII letters) are the same word; a regular
// English plural counts as known if its singular is, and the other way round; so do English function words ("the",
// "with").
class WordList {
public:
    explicit WordList(const World& world);

    // The words of `prompt` that are not in the list, as typed, each once, in order.
    std::vector<std::string> unknownIn(std::string_view prompt) const;

private:
    bool knows(const std::string& word) const;

    std::unordered_set<std::string> words_;
};

}  // namespace penjing
