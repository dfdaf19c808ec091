#include "tokenizer/unicode_text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <vector>

#include "tokenizer/unicode_versions.h"

namespace penjing {
namespace {

using CodePoint = utf8proc_int32_t;

// No character below composes with another one or changes in NFC.
constexpr char32_t kFirstThatMayCompose = 0x300;
// Hangul trailing consonants are 11A8...11C2; utf8proc takes this vowel for the trailing consonant number 0, which
// stands for none, and loses it behind a syllable without one.
constexpr CodePoint kHangulTrailingBase = 0x11a7;
constexpr auto kNfc = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);

std::u32string decoded(std::string_view text) {
    std::u32string result;
    result.reserve(text.size());
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        CodePoint point = 0;
        const utf8proc_ssize_t used = utf8proc_iterate(bytes, left, &point);
        if (used <= 0)
            break;  // not UTF-8, which callers rule out
        result.push_back(static_cast<char32_t>(point));
        bytes += used;
        left -= used;
    }
    return result;
}

int combiningClass(CodePoint point) {
    return isUnknownToReferenceNfc(static_cast<char32_t>(point)) ? 0 : utf8proc_get_property(point)->combining_class;
}

// Nothing before `point` may compose with it, or across it.
bool beginsAnew(CodePoint point) {
    return point == kHangulTrailingBase || isUnknownToReferenceNfc(static_cast<char32_t>(point));
}

std::vector<CodePoint> decomposed(std::u32string_view text) {
    std::vector<CodePoint> result;
    result.reserve(text.size());
    for (const char32_t character : text) {
        if (isUnknownToReferenceNfc(character)) {
            result.push_back(static_cast<CodePoint>(character));
            continue;
        }
        std::array<CodePoint, 8> parts{};  // four at most
        int boundary = 0;
        const utf8proc_ssize_t count =
            utf8proc_decompose_char(static_cast<CodePoint>(character), parts.data(), parts.size(), kNfc, &boundary);
        for (utf8proc_ssize_t i = 0; i < count && i < static_cast<utf8proc_ssize_t>(parts.size()); ++i)
            result.push_back(parts[static_cast<std::size_t>(i)]);
    }
    return result;
}

// Canonical ordering: every run of combining marks by class. utf8proc's own ordering is quadratic in such a run.
void orderMarks(std::vector<CodePoint>& points) {
    const auto isMark = [](CodePoint point) { return combiningClass(point) != 0; };
    const auto byClass = [](CodePoint a, CodePoint b) { return combiningClass(a) < combiningClass(b); };
    for (auto at = points.begin(); at != points.end();) {
        const auto begin = std::find_if(at, points.end(), isMark);
        at = std::find_if_not(begin, points.end(), isMark);
        if (at - begin > 1)
            std::stable_sort(begin, at, byClass);
    }
}

void appendComposed(CodePoint* begin, CodePoint* end, std::u32string& out) {
    const utf8proc_ssize_t length = utf8proc_normalize_utf32(begin, end - begin, kNfc);
    for (utf8proc_ssize_t i = 0; i < length; ++i) out.push_back(static_cast<char32_t>(begin[i]));
}

bool isSpace(char32_t c) {
    return (c >= 0x9 && c <= 0xd) || c == 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

}  // namespace

CharacterKind kindOf(char32_t character) {
    if (isSpace(character))
        return CharacterKind::Space;
    switch (utf8proc_category(static_cast<CodePoint>(character))) {
        case UTF8PROC_CATEGORY_LU:
        case UTF8PROC_CATEGORY_LL:
        case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM:
        case UTF8PROC_CATEGORY_LO:
            return CharacterKind::Letter;
        case UTF8PROC_CATEGORY_ND:
        case UTF8PROC_CATEGORY_NL:
        case UTF8PROC_CATEGORY_NO:
            return CharacterKind::Number;
        case UTF8PROC_CATEGORY_CN:
            return kindOfNewCharacter(character);
        default:
            return CharacterKind::Other;
    }
}

std::u32string normalizedNfc(std::string_view text) {
    std::u32string plain = decoded(text);
    if (std::all_of(plain.begin(), plain.end(), [](char32_t c) { return c < kFirstThatMayCompose; }))
        return plain;

    std::vector<CodePoint> points = decomposed(plain);
    orderMarks(points);
    std::u32string result;
    result.reserve(points.size());
    CodePoint* const end = points.data() + points.size();
    for (CodePoint* begin = points.data(); begin != end;) {
        CodePoint* const next = std::find_if(begin + 1, end, beginsAnew);
        appendComposed(begin, next, result);
        begin = next;
    }
    return result;
}

std::string toUtf8(std::u32string_view text) {
    std::string result;
    result.reserve(text.size());
    for (const char32_t character : text) {
        utf8proc_uint8_t bytes[4];
        const utf8proc_ssize_t count = utf8proc_encode_char(static_cast<CodePoint>(character), bytes);
        result.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
    }
    return result;
}

}  // namespace penjing
