#include "image/foreign/prompt_tags.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace penjing {
namespace {

using Prefix = std::pair<std::string_view, std::string_view>;
constexpr std::array<Prefix, 3> kTags{{{"<lora:", "LoRA"}, {"<lyco:", "LoRA"}, {"<hypernet:", "hypernetwork"}}};

struct FoundTag {
    PromptTag tag;
    std::size_t length;
};

// The tag that starts `text`. It ends on its line and holds no other '<', so that none is searched through twice.
std::optional<FoundTag> tagAt(std::string_view text) {
    for (const auto& [prefix, kind] : kTags) {
        if (!text.starts_with(prefix))
            continue;
        const std::size_t end = text.find_first_of("<>\n", prefix.size());
        if (end == std::string_view::npos || text[end] != '>')
            return std::nullopt;
        const std::string_view inside = text.substr(prefix.size(), end - prefix.size());
        return FoundTag{{std::string(kind), std::string(inside.substr(0, inside.find(':')))}, end + 1};
    }
    return std::nullopt;
}

// Spaces and commas around a tag separated it from its neighbours; one separation remains.
void closeGap(std::string& before, std::string_view& after) {
    while (!before.empty() && before.back() == ' ') before.pop_back();
    while (!after.empty() && after.front() == ' ') after.remove_prefix(1);
    const bool starts = before.empty() || before.back() == '\n' || before.back() == ',';
    if (starts && after.starts_with(',')) {
        after.remove_prefix(1);
        while (!after.empty() && after.front() == ' ') after.remove_prefix(1);
    }
    if (after.empty() || after.front() == '\n')
        while (!before.empty() && (before.back() == ',' || before.back() == ' ')) before.pop_back();
    else if (!before.empty() && before.back() != '\n' && after.front() != ',')
        before += ' ';
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

// ":1.2)" somewhere.
bool hasWeight(std::string_view text) {
    for (std::size_t colon = text.find(':'); colon != std::string_view::npos; colon = text.find(':', colon + 1)) {
        std::size_t end = colon + 1;
        while (end < text.size() && (isDigit(text[end]) || text[end] == '.')) ++end;
        if (end > colon + 1 && end < text.size() && text[end] == ')')
            return true;
    }
    return false;
}

}  // namespace

PromptParts splitPromptTags(std::string_view prompt) {
    PromptParts parts;
    while (!prompt.empty()) {
        const std::size_t bracket = std::min(prompt.find('<'), prompt.size());
        parts.text += prompt.substr(0, bracket);
        prompt.remove_prefix(bracket);
        if (prompt.empty())
            break;
        if (std::optional<FoundTag> found = tagAt(prompt)) {
            prompt.remove_prefix(found->length);
            parts.tags.push_back(std::move(found->tag));
            closeGap(parts.text, prompt);
        } else {
            parts.text += '<';
            prompt.remove_prefix(1);
        }
    }
    parts.hasWeights = hasWeight(parts.text);
    return parts;
}

}  // namespace penjing
