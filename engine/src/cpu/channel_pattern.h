#pragma once

#include <numeric>

namespace penjing {

// Kernels read values that belong to channels in whole vectors: a pattern of channels is repeated until it is a whole
// number of vectors long.
inline int patternPeriod(int channels, int lanes) {
    return std::lcm(channels, lanes);
}

// Fills pattern[channels, period) up from its first `channels` values.
inline void repeatPattern(float* pattern, int channels, int period) {
    for (int i = channels; i < period; ++i) pattern[i] = pattern[i - channels];
}

}  // namespace penjing
