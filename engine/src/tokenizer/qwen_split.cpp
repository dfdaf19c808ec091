#include "tokenizer/qwen_split.h"

#include "tokenizer/unicode_text.h"

namespace penjing {
namespace {

constexpr char32_t kLongS = 0x17f;  // the only character beyond ASCII that is one of "stmdrevl" but for its case

bool isLineBreak(char32_t c) {
    return c == '\r' || c == '\n';
}

// One or more characters of a kind; 0 if `text` does not begin with one.
std::size_t runOf(CharacterKind kind, std::u32string_view text) {
    std::size_t length = 0;
    while (length < text.size() && kindOf(text[length]) == kind) ++length;
    return length;
}

std::size_t runOfLineBreaks(std::u32string_view text) {
    std::size_t length = 0;
    while (length < text.size() && isLineBreak(text[length])) ++length;
    return length;
}

char32_t withoutCase(char32_t c) {
    if (c >= 'A' && c <= 'Z')
        return c + ('a' - 'A');
    return c == kLongS ? U's' : c;
}

std::size_t contraction(std::u32string_view text) {
    if (text.size() < 2 || text[0] != '\'')
        return 0;
    const char32_t first = withoutCase(text[1]);
    if (first == 's' || first == 't' || first == 'm' || first == 'd')
        return 2;
    if (text.size() < 3)
        return 0;
    const char32_t second = withoutCase(text[2]);
    const bool isPair =
        (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l');
    return isPair ? 3 : 0;
}

// Letters, with whatever single character stands before them unless it is a line break, a letter or a number.
std::size_t word(std::u32string_view text) {
    const CharacterKind first = kindOf(text[0]);
    if (first == CharacterKind::Letter)
        return runOf(CharacterKind::Letter, text);
    if (first == CharacterKind::Number || isLineBreak(text[0]))
        return 0;
    const std::size_t letters = runOf(CharacterKind::Letter, text.substr(1));
    return letters > 0 ? 1 + letters : 0;
}

std::size_t symbols(std::u32string_view text) {
    const std::size_t space = text[0] == ' ' ? 1 : 0;
    const std::size_t run = runOf(CharacterKind::Other, text.substr(space));
    return run > 0 ? space + run + runOfLineBreaks(text.substr(space + run)) : 0;
}

// White space up to its last line break; without one all of it, but for the last before something visible, which
// belongs to what follows.
std::size_t whiteSpace(std::u32string_view text) {
    const std::size_t run = runOf(CharacterKind::Space, text);
    const std::size_t lastBreak = text.substr(0, run).find_last_of(U"\r\n");
    if (lastBreak != std::u32string_view::npos)
        return lastBreak + 1;
    return run == text.size() || run < 2 ? run : run - 1;
}

}  // namespace

std::size_t qwenPieceLength(std::u32string_view text) {
    if (const std::size_t length = contraction(text))
        return length;
    if (const std::size_t length = word(text))
        return length;
    if (kindOf(text[0]) == CharacterKind::Number)
        return 1;
    if (const std::size_t length = symbols(text))
        return length;
    return whiteSpace(text);
}

}  // namespace penjing
