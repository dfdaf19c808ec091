#include "crash_guard.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <climits>
#include <csignal>
#include <exception>
#include <new>
#include <string_view>

#include "penjing/result.h"

namespace penjing::cli {
namespace {

std::array<char, PATH_MAX> fileToRemove = {};  // fixed, because a signal handler may not allocate
std::atomic_flag ending = ATOMIC_FLAG_INIT;    // lock-free, as a signal handler needs

// Only async-signal-safe calls from here to _exit.
[[noreturn]] void endProcess(std::string_view line, ErrorCode code) {
    // Several compute threads may touch a missing page at once: the first one speaks, the others wait for its _exit.
    while (ending.test_and_set()) pause();
    const auto written = write(STDERR_FILENO, line.data(), line.size());
    static_cast<void>(written);  // there is nobody left to tell
    if (fileToRemove[0] != '\0')
        unlink(fileToRemove.data());
    _exit(static_cast<int>(code));
}

void onBusError(int) {
    endProcess("penjing: the model file was cut short or could not be read any more while it was in use\n",
               ErrorCode::ModelFile);
}

[[noreturn]] void onUncaughtException() {
    try {
        if (const auto exception = std::current_exception())
            std::rethrow_exception(exception);
    } catch (const std::bad_alloc&) {
        endProcess("penjing: out of memory\n", ErrorCode::Memory);
    } catch (...) {
        endProcess("penjing: internal error: an exception was not handled\n", ErrorCode::Internal);
    }
    endProcess("penjing: internal error: terminated\n", ErrorCode::Internal);
}

}  // namespace

void installCrashGuard() {
    struct sigaction action = {};
    action.sa_handler = onBusError;
    sigaction(SIGBUS, &action, nullptr);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
    sigaction(SIGXFSZ, &action, nullptr);
    std::set_terminate(onUncaughtException);
}

void removeOnCrash(const std::filesystem::path& path) {
    const auto& text = path.native();
    fileToRemove[0] = '\0';  // first, so that a crash in between removes nothing
    if (text.empty() || text.size() >= fileToRemove.size())
        return;
    std::copy(text.begin() + 1, text.end(), fileToRemove.begin() + 1);
    fileToRemove[text.size()] = '\0';
    fileToRemove[0] = text[0];
}

}  // namespace penjing::cli
