#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <thread>

#include "penjing/pipeline_bench.h"

namespace penjing {

// Watches this process' memory from a thread of its own, every few milliseconds, as long as it lives.
class MemorySampler {
public:
    MemorySampler();

    // What is seen from now on belongs to this phase. Any thread.
    void enter(Phase phase);
    // The largest seen so far in each phase. Any thread.
    MemoryPeaks peaks(Phase phase) const;

private:
    void sample();

    std::atomic<Phase> phase_{Phase::Text};
    mutable std::mutex mutex_;
    std::array<MemoryPeaks, 3> peaks_{};  // by Phase
    std::jthread thread_;
};

}  // namespace penjing
