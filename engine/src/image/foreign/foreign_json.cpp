#include "image/foreign/foreign_json.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "pack/strict_json.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr JsonLimits kLimits{.depth = 64, .values = 200'000};

// The code unit of the escape \uXXXX that starts `text`.
std::optional<unsigned> unicodeEscape(std::string_view text) {
    if (text.size() < 6 || !text.starts_with("\\u"))
        return std::nullopt;
    unsigned unit = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
    if (error != std::errc() || end != text.data() + 6)
        return std::nullopt;
    return unit;
}

// Appends the escape that starts `text`, repaired, and returns how many bytes it was.
std::size_t appendEscape(std::string_view text, std::string& out) {
    const auto unit = unicodeEscape(text);
    const bool isHigh = unit && *unit >= 0xd800 && *unit <= 0xdbff;
    const bool isLow = unit && *unit >= 0xdc00 && *unit <= 0xdfff;
    std::size_t length = unit ? 6 : std::min<std::size_t>(2, text.size());
    if (isHigh) {
        const auto second = unicodeEscape(text.substr(6));
        if (second && *second >= 0xdc00 && *second <= 0xdfff)
            length = 12;
    }
    if (isLow || (isHigh && length == 6))
        out += "\\ufffd";
    else
        out += text.substr(0, length);
    return length;
}

std::size_t nonFiniteLength(std::string_view text) {
    constexpr std::array<std::string_view, 3> kWords{"NaN", "-Infinity", "Infinity"};
    for (const std::string_view word : kWords)
        if (text.starts_with(word))
            return word.size();
    return 0;
}

std::string repaired(std::string_view text) {
    std::string out;
    bool inString = false;
    std::size_t at = 0;
    while (at < text.size()) {
        const char c = text[at];
        if (inString && c == '\\') {
            at += appendEscape(text.substr(at), out);
            continue;
        }
        if (c == '"')
            inString = !inString;
        if (const std::size_t length = inString ? 0 : nonFiniteLength(text.substr(at))) {
            out += "null";
            at += length;
            continue;
        }
        out += c;
        ++at;
    }
    return out;
}

}  // namespace

std::optional<json> parseForeignJson(std::string_view text) {
    json document;
    if (!parseStrictJson(text, kLimits, document) && !parseStrictJson(repaired(text), kLimits, document))
        return std::nullopt;
    if (!document.is_object())
        return std::nullopt;
    return document;
}

const json* member(const json& object, std::string_view key) {
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

std::string scalarText(const json& value) {
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_number() || value.is_boolean())
        return value.dump();
    return {};
}

std::string textOf(const json& object, std::string_view key) {
    const json* value = member(object, key);
    return value ? scalarText(*value) : std::string();
}

}  // namespace penjing
