#include <exception>
#include <new>
#include <string>

#include "command.h"
#include "console.h"
#include "crash_guard.h"
#include "openmp_waiting.h"
#include "penjing/result.h"

int main(int argc, char** argv) {
    using penjing::ErrorCode;
    penjing::cli::letWaitingThreadsSleep(argv);
    penjing::cli::installCrashGuard();
    try {
        return penjing::cli::runCommandLine(argc, argv);
    } catch (const std::bad_alloc&) {
        return penjing::cli::fail({ErrorCode::Memory, "out of memory"});
    } catch (const std::exception& error) {
        return penjing::cli::fail({ErrorCode::Internal, std::string("internal error: ") + error.what()});
    }
}
