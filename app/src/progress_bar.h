#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "penjing/pipeline.h"

namespace penjing::cli {

// "denoising 5/16", the time left, in words; for the bar.
std::string describe(const Progress& progress);

// One line on stderr that is drawn over itself at most ten times a second. Disabled it does nothing.
class ProgressBar {
public:
    explicit ProgressBar(bool enabled) : enabled_(enabled) {}
    ~ProgressBar() { clear(); }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void update(const Progress& progress);
    // Removes the line, so that messages do not run into it.
    void clear();

private:
    bool enabled_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_{};
};

}  // namespace penjing::cli
