#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace penjing {

struct PromptTag {
    std::string kind;  // "LoRA", "hypernetwork"
    std::string name;
};

struct PromptParts {
    std::string text;  // the prompt without the tags, and without the comma or space that such a tag leaves over
    std::vector<PromptTag> tags;
    bool hasWeights = false;  // "(word:1.2)" occurs
};

// Takes <lora:name:weight>, <lyco:…> and <hypernet:…> out of a prompt: they load networks and are no text. Emphasis
// such as (word:1.2), [word] and the escapes \( \) stay as they are. Linear time.
PromptParts splitPromptTags(std::string_view prompt);

}  // namespace penjing
