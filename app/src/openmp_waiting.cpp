#include "openmp_waiting.h"

#include <unistd.h>

#include <cstdlib>

namespace penjing::cli {
namespace {

// About 0.1 ms: longer than the gaps between one picture's operations on an idle computer.
constexpr const char* spins = "2000";

}  // namespace

void letWaitingThreadsSleep(char** argv) {
    if (std::getenv("GOMP_SPINCOUNT") || std::getenv("OMP_WAIT_POLICY"))
        return;
    if (setenv("GOMP_SPINCOUNT", spins, 1) == 0)
        execv("/proc/self/exe", argv);
    // Without /proc the program only waits less cleverly.
}

}  // namespace penjing::cli
