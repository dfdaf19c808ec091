#include "image/foreign/lora_names.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "image/foreign/foreign_json.h"
#include "image/infotext_grammar.h"

namespace penjing {
namespace {

using nlohmann::json;

// A file's name rather than its folders.
std::string_view baseName(std::string_view path) {
    const std::size_t slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string loraName(const json& entry, bool maySearchDeeper = true) {
    if (entry.is_string())
        return entry.get<std::string>();
    if (entry.is_array())
        return entry.empty() || !entry.front().is_string() ? std::string() : entry.front().get<std::string>();
    for (const std::string_view key : {"name", "model_name", "lora", "model", "file"}) {
        const json* value = member(entry, key);
        if (value && value->is_string())
            return value->get<std::string>();
        if (value && value->is_object() && maySearchDeeper)
            return loraName(*value, false);
    }
    return {};
}

void leaveOutLora(RecipeDraft& draft, std::string_view name) {
    draft.leaveOut("LoRA", baseName(name));
}

}  // namespace

void leaveOutLoras(RecipeDraft& draft, std::string_view list) {
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        const std::string_view entry = list.substr(0, comma);
        leaveOutLora(draft, trimmedText(entry.substr(0, entry.find(':'))));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

void leaveOutLoras(RecipeDraft& draft, const json& list) {
    if (list.is_string())
        return leaveOutLoras(draft, std::string_view(list.get_ref<const std::string&>()));
    if (!list.is_array())
        return;
    for (const json& entry : list) leaveOutLora(draft, loraName(entry));
}

}  // namespace penjing
