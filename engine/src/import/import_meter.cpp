#include "import/import_meter.h"

namespace penjing {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(100);
// Before that a guess would jump about.
constexpr double kLeastSeconds = 1.0;

}  // namespace

ImportMeter::ImportMeter(std::uint64_t totalBytes, std::stop_token stop, const ImportProgressCallback& callback)
    : total_(totalBytes), stop_(std::move(stop)), callback_(callback), start_(std::chrono::steady_clock::now()) {
    progress_.totalBytes = totalBytes;
}

void ImportMeter::begin(std::string tensor) {
    progress_.tensor = std::move(tensor);
}

Status ImportMeter::advance(std::uint64_t bytes) {
    progress_.doneBytes += bytes;
    if (stop_.stop_requested())
        return Error{ErrorCode::Cancelled, "cancelled"};
    if (callback_)
        report();
    return {};
}

void ImportMeter::report() {
    const auto now = std::chrono::steady_clock::now();
    if (now - reported_ < kInterval && progress_.doneBytes < total_)
        return;
    reported_ = now;
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    if (elapsed >= kLeastSeconds && progress_.doneBytes > 0)
        progress_.remainingSeconds =
            elapsed * static_cast<double>(total_ - progress_.doneBytes) / static_cast<double>(progress_.doneBytes);
    callback_(progress_);
}

}  // namespace penjing
