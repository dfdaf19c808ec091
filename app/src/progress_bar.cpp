#include "progress_bar.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace penjing::cli {
namespace {

constexpr int barWidth = 30;
constexpr auto redrawInterval = std::chrono::milliseconds(100);

std::string bar(const Progress& progress) {
    int filled = 0;
    if (progress.phase == Phase::Decode)
        filled = barWidth;
    else if (progress.phase == Phase::Denoise && progress.steps > 0)
        filled = std::clamp(barWidth * progress.step / progress.steps, 0, barWidth);
    return std::string(static_cast<std::size_t>(filled), '#') +
           std::string(static_cast<std::size_t>(barWidth - filled), '.');
}

std::string duration(double seconds) {
    const auto whole = static_cast<long>(std::min(std::ceil(seconds), 359999.0));
    if (whole < 60)
        return std::to_string(whole) + " s";
    return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
}

}  // namespace

std::string describe(const Progress& progress) {
    std::string text;
    switch (progress.phase) {
        case Phase::Text:
            text = "reading the prompt";
            break;
        case Phase::Denoise:
            text = "step " + std::to_string(progress.step) + "/" + std::to_string(progress.steps);
            break;
        case Phase::Decode:
            text = "developing the picture";
            break;
    }
    if (progress.remainingSeconds >= 0.0)
        text += ", " + duration(progress.remainingSeconds) + " left";
    return text;
}

void ProgressBar::update(const Progress& progress) {
    if (!enabled_)
        return;
    const auto now = std::chrono::steady_clock::now();
    if (drawn_ && now - last_ < redrawInterval)
        return;
    last_ = now;
    drawn_ = true;
    // \x1b[K clears what a longer line left behind.
    std::fprintf(stderr, "\r[%s] %s\x1b[K", bar(progress).c_str(), describe(progress).c_str());
    std::fflush(stderr);
}

void ProgressBar::clear() {
    if (!drawn_)
        return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    drawn_ = false;
}

}  // namespace penjing::cli
