#pragma once

#include <csignal>

#include <atomic>
#include <stop_token>
#include <thread>

namespace penjing::cli {

// Ctrl-C and SIGTERM. A thread of our own waits for them, because asking for a stop is not allowed in a signal
// handler. Until somebody takes the token a signal ends the process with 130 at once; from then on it asks for a stop,
// however often it comes, and the command ends by itself with nothing half written.
// Make it in main() before any other thread exists: they inherit the blocked signals. A signal that was ignored when
// the process began (nohup, background jobs) stays ignored.
class CancelSignals {
public:
    CancelSignals();
    ~CancelSignals();
    CancelSignals(const CancelSignals&) = delete;
    CancelSignals& operator=(const CancelSignals&) = delete;

    std::stop_token token();

private:
    void wait();

    sigset_t signals_;
    std::stop_source source_;
    std::atomic<bool> tokenTaken_ = false;
    std::atomic<bool> finished_ = false;
    std::thread waiter_;
};

}  // namespace penjing::cli
