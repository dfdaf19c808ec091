#include "pipeline/value_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace penjing {
namespace {

// In 8-bit levels. A decoder that is fed a constant ends within one level of a colour, apart from its borders.
constexpr double kFlatDeviation = 1.5;

// Grain: neighbours know next to nothing of each other in either direction, and few of them are alike. Sparse drawings
// (stars on a night sky) share the first property but not the second, since most of their neighbours are both
// background.
constexpr double kGrainCorrelation = 0.25;
constexpr double kGrainAlike = 0.5;
constexpr double kGrainDeviation = 40.0;  // a picture this contrasty is not a failed one, whatever its texture
constexpr int kAlikeLevels = 2;

struct Grey {
    int width = 0;
    int height = 0;
    std::vector<int> levels;  // sum of the three channels
};

Grey greyOf(const Image& image) {
    Grey grey{image.width, image.height, {}};
    grey.levels.reserve(image.rgb.size() / 3);
    for (std::size_t i = 0; i + 2 < image.rgb.size(); i += 3)
        grey.levels.push_back(image.rgb[i] + image.rgb[i + 1] + image.rgb[i + 2]);
    return grey;
}

struct Moments {
    double mean = 0.0;
    double variance = 0.0;
};

template <typename Values>
Moments momentsOf(const Values& values) {
    double sum = 0.0;
    double squares = 0.0;
    for (const auto value : values) {
        sum += value;
        squares += static_cast<double>(value) * value;
    }
    const auto count = static_cast<double>(std::max<std::size_t>(values.size(), 1));
    const double mean = sum / count;
    return {mean, std::max(0.0, squares / count - mean * mean)};
}

// The largest deviation of a colour channel, so that red on green of equal brightness is not flat.
double largestDeviation(const Image& image) {
    double largest = 0.0;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        std::vector<std::uint8_t> values;
        values.reserve(image.rgb.size() / 3);
        for (std::size_t i = channel; i < image.rgb.size(); i += 3) values.push_back(image.rgb[i]);
        largest = std::max(largest, std::sqrt(momentsOf(values).variance));
    }
    return largest;
}

struct Neighbours {
    double correlation = 0.0;
    double alike = 0.0;  // share of pairs within kAlikeLevels per channel
};

Neighbours compareNeighbours(const Grey& grey, const Moments& moments, int dx, int dy) {
    double product = 0.0;
    double alike = 0.0;
    double pairs = 0.0;
    for (int y = 0; y + dy < grey.height; ++y) {
        for (int x = 0; x + dx < grey.width; ++x) {
            const int a = grey.levels[static_cast<std::size_t>(y) * grey.width + x];
            const int b = grey.levels[static_cast<std::size_t>(y + dy) * grey.width + x + dx];
            product += (a - moments.mean) * (b - moments.mean);
            alike += std::abs(a - b) <= 3 * kAlikeLevels ? 1.0 : 0.0;
            pairs += 1.0;
        }
    }
    if (pairs == 0.0 || moments.variance == 0.0)
        return {1.0, 1.0};
    return {product / pairs / moments.variance, alike / pairs};
}

bool isGrain(const Image& image, double deviation) {
    if (deviation > kGrainDeviation)
        return false;
    const Grey grey = greyOf(image);
    const Moments moments = momentsOf(grey.levels);
    const Neighbours across = compareNeighbours(grey, moments, 1, 0);
    const Neighbours down = compareNeighbours(grey, moments, 0, 1);
    return std::max(across.correlation, down.correlation) < kGrainCorrelation &&
           std::max(across.alike, down.alike) < kGrainAlike;
}

}  // namespace

Status checkFinite(ConstMat values, std::string_view stage) {
    for (int r = 0; r < values.rows; ++r)
        for (int c = 0; c < values.cols; ++c)
            if (!std::isfinite(values.row(r)[c]))
                return Error{ErrorCode::Internal,
                             "the " + std::string(stage) + " computed a value that is not a number"};
    return {};
}

Status checkPicture(const Image& image) {
    const double deviation = largestDeviation(image);
    if (deviation < kFlatDeviation)
        return Error{ErrorCode::Internal, "the decoder made a picture of a single colour: the model's answer is empty"};
    if (isGrain(image, deviation))
        return Error{ErrorCode::Internal, "the decoder made a picture of nothing but noise"};
    return {};
}

}  // namespace penjing
