#include "ops/group_moments.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace penjing {

void foldGroupMoments(double sum, double sumOfSquares, double count, int g, int channels, const GroupNormArgs& args,
                      float* scale, float* shift) {
    const int perGroup = channels / args.groups;
    const double mean = sum / count;
    const double variance = std::max(sumOfSquares / count - mean * mean, 0.0);
    const double factor = 1.0 / std::sqrt(variance + static_cast<double>(args.eps));
    for (int c = g * perGroup; c < (g + 1) * perGroup; ++c) {
        const double channelScale = static_cast<double>(args.weight[c]) * factor;
        scale[c] = static_cast<float>(channelScale);
        shift[c] = static_cast<float>(static_cast<double>(args.bias[c]) - mean * channelScale);
    }
}

void foldChannelSums(const double* sums, const double* sumsOfSquares, double pixels, int channels,
                     const GroupNormArgs& args, float* scale, float* shift) {
    const int perGroup = channels / args.groups;
    for (int g = 0; g < args.groups; ++g) {
        const auto total = [&](const double* s) {
            return std::accumulate(s + g * perGroup, s + (g + 1) * perGroup, 0.0);
        };
        foldGroupMoments(total(sums), total(sumsOfSquares), pixels * perGroup, g, channels, args, scale, shift);
    }
}

}  // namespace penjing
