#include "prompt.h"

#include <unistd.h>

#include "line_reader.h"

namespace penjing::cli {
namespace {

constexpr std::size_t maxPromptBytes = std::size_t{1} << 20;

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool isControl(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && !isBlank(c)) || byte == 0x7f;
}

}  // namespace

Status checkPrompt(std::string_view prompt) {
    bool blank = true;
    for (const char c : prompt) {
        if (isControl(c))
            return Error{ErrorCode::Usage, "the prompt holds control characters"};
        blank = blank && isBlank(c);
    }
    if (blank)
        return Error{ErrorCode::Usage, "the prompt is empty"};
    return {};
}

Result<std::string> promptFrom(const std::string& argument, const std::stop_token& stop) {
    if (argument != "-")
        return argument;
    auto text = LineReader(STDIN_FILENO, stop).readAll(maxPromptBytes);
    if (text) {
        while (!text->empty() && (text->back() == '\n' || text->back() == '\r')) text->pop_back();
    }
    return text;
}

}  // namespace penjing::cli
