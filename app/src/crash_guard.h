#pragma once

#include <filesystem>

namespace penjing::cli {

// What would otherwise end the process without a word, or with a core dump:
// SIGBUS (a mapped model file became shorter) → one line, exit 3; an exception that nobody caught → one line, exit 1
// (4 for a failed allocation); SIGPIPE and SIGXFSZ are ignored, so that writing reports an error instead.
void installCrashGuard();

// A temporary file that the guard removes when it ends the process; one at a time, an empty path for none.
void removeOnCrash(const std::filesystem::path& path);

}  // namespace penjing::cli
