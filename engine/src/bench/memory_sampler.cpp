#include "bench/memory_sampler.h"

#include <algorithm>
#include <chrono>
#include <stop_token>

#include "system/proc_files.h"

namespace penjing {
namespace {

constexpr std::chrono::milliseconds kPause{10};

std::uint64_t bytesAfter(const std::string& status, std::string_view key) {
    return numberAfterKey(status, key).value_or(0) * 1024;  // in kB there
}

}  // namespace

MemorySampler::MemorySampler()
    : thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
              sample();
              std::this_thread::sleep_for(kPause);
          }
      }) {}

void MemorySampler::enter(Phase phase) {
    sample();  // of the phase that ends
    phase_ = phase;
    sample();  // a short one may end before the thread looks
}

void MemorySampler::sample() {
    const auto status = readSmallFile("/proc/self/status");
    if (!status)
        return;
    const std::lock_guard lock(mutex_);
    MemoryPeaks& peaks = peaks_[static_cast<std::size_t>(phase_.load())];
    peaks.resident = std::max(peaks.resident, bytesAfter(*status, "VmRSS"));
    peaks.anonymous = std::max(peaks.anonymous, bytesAfter(*status, "RssAnon"));
}

MemoryPeaks MemorySampler::peaks(Phase phase) const {
    const std::lock_guard lock(mutex_);
    return peaks_[static_cast<std::size_t>(phase)];
}

}  // namespace penjing
