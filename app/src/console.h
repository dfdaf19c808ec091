#pragma once

#include <string>
#include <string_view>

#include "penjing/result.h"

namespace penjing::cli {

// `text` with every control character replaced by '?', so that a message stays one line and a hostile file name
// cannot drive the terminal.
std::string printable(std::string_view text);

// "penjing: message" on stderr; returns the exit code that belongs to the error.
int fail(const Error& error);

// "penjing: warning: message" on stderr.
void warn(std::string_view message);

// One line on stderr for people; scripts read stdout.
void note(std::string_view message);

// One line on stdout, flushed. WriteFailed if it could not be written (full disk, closed pipe).
Status printLine(std::string_view line);

// True if stderr is a terminal, where progress makes sense.
bool stderrIsTerminal();

}  // namespace penjing::cli
