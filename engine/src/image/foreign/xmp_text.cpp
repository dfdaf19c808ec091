#include "image/foreign/xmp_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "image/infotext_grammar.h"

namespace penjing {
namespace {

// What stands between <name …> and </name>, nothing if there is no such element.
std::optional<std::string_view> elementContent(std::string_view xml, std::string_view name) {
    const std::string opening = "<" + std::string(name);
    for (std::size_t at = xml.find(opening); at != std::string_view::npos; at = xml.find(opening, at + 1)) {
        const std::size_t afterName = at + opening.size();
        if (afterName == xml.size() || std::string_view(" >\t\r\n").find(xml[afterName]) == std::string_view::npos)
            continue;
        const std::size_t begin = xml.find('>', afterName);
        if (begin == std::string_view::npos || xml[begin - 1] == '/')
            return std::nullopt;
        const std::size_t end = xml.find("</" + std::string(name), begin);
        if (end == std::string_view::npos)
            return std::nullopt;
        return xml.substr(begin + 1, end - begin - 1);
    }
    return std::nullopt;
}

void appendUtf8(std::uint32_t point, std::string& out) {
    const auto continuation = [&out](std::uint32_t bits) { out += static_cast<char>(0x80 | (bits & 0x3f)); };
    if (point < 0x80) {
        out += static_cast<char>(point);
    } else if (point < 0x800) {
        out += static_cast<char>(0xc0 | point >> 6);
        continuation(point);
    } else if (point < 0x10000) {
        out += static_cast<char>(0xe0 | point >> 12);
        continuation(point >> 6);
        continuation(point);
    } else {
        out += static_cast<char>(0xf0 | point >> 18);
        continuation(point >> 12);
        continuation(point >> 6);
        continuation(point);
    }
}

// The character of "#10", "#x1F3B2" or "amp".
std::optional<std::uint32_t> entity(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, char>, 5> kNamed{
        {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
    for (const auto& [known, character] : kNamed)
        if (name == known)
            return static_cast<std::uint32_t>(character);
    if (!name.starts_with('#'))
        return std::nullopt;
    name.remove_prefix(1);
    const bool hexadecimal = name.starts_with('x');
    name.remove_prefix(hexadecimal ? 1 : 0);
    std::uint32_t point = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), point, hexadecimal ? 16 : 10);
    const bool isCharacter = point != 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
    if (error != std::errc() || end != name.data() + name.size() || !isCharacter)
        return std::nullopt;
    return point;
}

std::string withoutEntities(std::string_view text) {
    constexpr std::size_t kLongestEntity = 10;
    std::string out;
    while (!text.empty()) {
        const std::size_t ampersand = std::min(text.find('&'), text.size());
        out += text.substr(0, ampersand);
        text.remove_prefix(ampersand);
        if (text.empty())
            break;
        const std::size_t end = text.substr(0, kLongestEntity).find(';');
        const auto point = end == std::string_view::npos ? std::nullopt : entity(text.substr(1, end - 1));
        if (point)
            appendUtf8(*point, out);
        else
            out += '&';
        text.remove_prefix(point ? end + 1 : 1);
    }
    return out;
}

}  // namespace

std::string xmpText(std::string_view xmp, std::string_view name) {
    std::optional<std::string_view> content = elementContent(xmp, name);
    if (!content)
        return {};
    if (const auto item = elementContent(*content, "rdf:li"))
        content = item;
    return withoutEntities(trimmedText(*content));
}

}  // namespace penjing
