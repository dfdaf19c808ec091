#include "import/group_coding.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace penjing {

GroupKind groupKind(std::span<const float> weights) {
    float scale = 0.0f;
    bool zeros = false;
    for (const float w : weights) {
        const float magnitude = std::fabs(w);
        if (magnitude == 0.0f)
            zeros = true;
        else if (scale == 0.0f)
            scale = magnitude;
        else if (magnitude != scale)
            return GroupKind::Neither;
    }
    if (scale == 0.0f)
        return GroupKind::Zero;
    return zeros ? GroupKind::Ternary : GroupKind::Binary;
}

float leastSquaresTernary(std::span<const float> weights, std::uint8_t* codes) {
    std::vector<float> magnitudes;
    for (const float w : weights) magnitudes.push_back(std::fabs(w));
    std::sort(magnitudes.begin(), magnitudes.end(), std::greater<>());
    double sum = 0.0, best = 0.0, scale = 0.0;
    float smallest = INFINITY;  // of the weights that are not zero
    for (std::size_t k = 1; k <= magnitudes.size(); ++k) {
        sum += static_cast<double>(magnitudes[k - 1]);
        // Equal magnitudes go together; the best k is never between them.
        const bool tied = k < magnitudes.size() && magnitudes[k] == magnitudes[k - 1];
        const double gain = sum * sum / static_cast<double>(k);
        if (tied || gain <= best)
            continue;
        best = gain;
        scale = sum / static_cast<double>(k);
        smallest = magnitudes[k - 1];
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const bool kept = std::fabs(weights[i]) >= smallest;
        codes[i] = static_cast<std::uint8_t>(!kept ? 1 : weights[i] < 0.0f ? 0 : 2);
    }
    return static_cast<float>(scale);
}

float leastSquaresBinary(std::span<const float> weights, std::uint8_t* codes) {
    double sum = 0.0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += std::fabs(static_cast<double>(weights[i]));
        codes[i] = weights[i] < 0.0f ? 0 : 1;
    }
    return static_cast<float>(sum / static_cast<double>(weights.size()));
}

}  // namespace penjing
