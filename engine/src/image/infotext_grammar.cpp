#include "image/infotext_grammar.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pack/strict_json.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestSettings = 16u << 10;
constexpr std::string_view kSdcpp = ", SDCPP: ";

bool isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool isWord(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isKeyChar(char c) {
    return isWord(c) || c == ' ' || c == '-' || c == '/';
}

// End of the JSON string that starts at `begin` if a comma or the end of the line follows it, else npos.
std::size_t quotedEnd(std::string_view line, std::size_t begin) {
    for (std::size_t i = begin + 1; i < line.size(); ++i) {
        if (line[i] == '\\') {
            ++i;
        } else if (line[i] == '"') {
            const bool closes = i > begin + 1 && (i + 1 == line.size() || line[i + 1] == ',');
            return closes ? i + 1 : std::string_view::npos;
        }
    }
    return std::string_view::npos;
}

std::string unquoted(std::string_view value) {
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        json text;
        if (parseStrictJson(value, {}, text) && text.is_string())
            return text.get<std::string>();
    }
    return std::string(trimmedText(value));
}

// The "Key: value" pairs of a settings line: a key is a word character and at least one of [word, space, -, /]; a value
// is a JSON string or everything up to the next comma.
std::vector<InfotextSetting> splitSettings(std::string_view line) {
    std::vector<InfotextSetting> settings;
    std::size_t at = 0;
    while (at < line.size()) {
        if (!isWord(line[at])) {
            ++at;
            continue;
        }
        std::size_t keyEnd = at + 1;
        while (keyEnd < line.size() && isKeyChar(line[keyEnd])) ++keyEnd;
        // Where no colon ends this run of key characters, none ends a later start within it either.
        if (keyEnd == line.size() || line[keyEnd] != ':' || keyEnd < at + 2) {
            at = keyEnd;
            continue;
        }
        std::size_t valueBegin = keyEnd + 1;
        while (valueBegin < line.size() && isSpace(line[valueBegin])) ++valueBegin;
        std::size_t valueEnd = std::string_view::npos;
        if (valueBegin < line.size() && line[valueBegin] == '"')
            valueEnd = quotedEnd(line, valueBegin);
        if (valueEnd == std::string_view::npos)
            valueEnd = std::min(line.find(',', valueBegin), line.size());
        settings.push_back({line.substr(at, keyEnd - at), unquoted(line.substr(valueBegin, valueEnd - valueBegin))});
        at = valueEnd + 1;
    }
    return settings;
}

void keepFirstOfEqualKeys(std::vector<InfotextSetting>& settings) {
    std::vector<InfotextSetting> kept;
    for (InfotextSetting& setting : settings)
        if (std::none_of(kept.begin(), kept.end(), [&](const auto& other) { return other.key == setting.key; }))
            kept.push_back(std::move(setting));
    settings = std::move(kept);
}

void splitPrompts(std::string_view text, Infotext& parts) {
    std::string* target = &parts.prompt;
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = trimmedText(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (target == &parts.prompt && line.starts_with(kNegativePrompt)) {
            line = trimmedText(line.substr(kNegativePrompt.size()));
            target = &parts.negativePrompt;
            first = true;
        }
        if (!first)
            *target += '\n';
        *target += line;
        first = false;
    }
}

}  // namespace

std::string_view trimmedText(std::string_view text) {
    while (!text.empty() && isSpace(text.front())) text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view settingValue(const std::vector<InfotextSetting>& settings, std::string_view key) {
    for (const InfotextSetting& setting : settings)
        if (setting.key == key)
            return setting.value;
    return {};
}

Infotext splitInfotext(std::string_view text) {
    text = trimmedText(text);
    const std::size_t lastBreak = text.rfind('\n');
    std::string_view last = lastBreak == std::string_view::npos ? text : text.substr(lastBreak + 1);
    Infotext parts;
    // The document holds the prompt again, so no setting may be looked for in it.
    if (const std::size_t tail = last.find(", SDCPP: {"); tail != std::string_view::npos) {
        parts.sdcppJson = last.substr(tail + kSdcpp.size());
        last = last.substr(0, tail);
    }
    parts.settings = splitSettings(last.substr(0, kLongestSettings));
    if (parts.settings.size() < 3) {
        parts.settings.clear();
        parts.sdcppJson = {};
        splitPrompts(text, parts);
        return parts;
    }
    keepFirstOfEqualKeys(parts.settings);
    if (lastBreak != std::string_view::npos)
        splitPrompts(text.substr(0, lastBreak), parts);
    return parts;
}

}  // namespace penjing
