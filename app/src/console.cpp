#include "console.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace penjing::cli {

std::string printable(std::string_view text) {
    std::string clean(text);
    for (char& c : clean) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f)
            c = '?';
    }
    return clean;
}

int fail(const Error& error) {
    std::fprintf(stderr, "penjing: %s\n", printable(error.message).c_str());
    return exitCode(error);
}

void warn(std::string_view message) {
    std::fprintf(stderr, "penjing: warning: %s\n", printable(message).c_str());
}

void note(std::string_view message) {
    std::fprintf(stderr, "%s\n", printable(message).c_str());
}

Status printLine(std::string_view line) {
    const bool written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size() &&
                         std::fputc('\n', stdout) != EOF && std::fflush(stdout) == 0;
    if (!written)
        return Error{ErrorCode::WriteFailed, std::string("cannot write to standard output: ") + std::strerror(errno)};
    return {};
}

bool stderrIsTerminal() {
    return isatty(STDERR_FILENO) == 1;
}

}  // namespace penjing::cli
