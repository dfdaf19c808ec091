#include "cancel_signals.h"

#include <pthread.h>
#include <unistd.h>

#include "penjing/result.h"

namespace penjing::cli {
namespace {

bool isIgnored(int signal) {
    struct sigaction current = {};
    return sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

// Ends the waiting thread; nobody else uses it.
constexpr int wakeUp = SIGUSR2;

}  // namespace

CancelSignals::CancelSignals() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM}) {
        if (!isIgnored(signal))
            sigaddset(&signals_, signal);
    }
    sigaddset(&signals_, wakeUp);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    waiter_ = std::thread([this] { wait(); });
}

CancelSignals::~CancelSignals() {
    finished_ = true;
    pthread_kill(waiter_.native_handle(), wakeUp);
    waiter_.join();
}

std::stop_token CancelSignals::token() {
    tokenTaken_ = true;
    return source_.get_token();
}

void CancelSignals::wait() {
    while (!finished_) {
        int signal = 0;
        if (sigwait(&signals_, &signal) != 0 || signal == wakeUp)
            continue;
        if (!tokenTaken_)
            _exit(static_cast<int>(ErrorCode::Cancelled));
        source_.request_stop();
    }
}

}  // namespace penjing::cli
