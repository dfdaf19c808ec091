#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <string>

#include "penjing/import.h"

namespace penjing {

// Counts the bytes of an import's work, tells its user ten times a second, and asks whether to stop.
class ImportMeter {
public:
    ImportMeter(std::uint64_t totalBytes, std::stop_token stop, const ImportProgressCallback& callback);

    void begin(std::string tensor);
    // Cancelled error if a stop was asked for.
    Status advance(std::uint64_t bytes);

private:
    void report();

    const std::uint64_t total_;
    const std::stop_token stop_;
    const ImportProgressCallback& callback_;
    const std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point reported_{};
    ImportProgress progress_;
};

}  // namespace penjing
