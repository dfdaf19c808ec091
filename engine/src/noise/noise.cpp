#include "noise/noise.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace penjing {
namespace {

constexpr std::size_t kBlock = 16;

// Vectors that are nearer to the same line than this have no arc between them that rounding would not decide. Two equal
// seeds are such a case; the straight line between them is as good.
constexpr double kSmallestSine = 1e-6;

std::mt19937 seededGenerator(std::uint64_t seed) {
    const auto low = static_cast<std::uint32_t>(seed);
    const auto high = static_cast<std::uint32_t>(seed >> 32);
    if (high == 0)
        return std::mt19937(low);
    std::seed_seq sequence{low, high};
    return std::mt19937(sequence);
}

// Uniform on [0, 1) with 24 bits, as torch draws its floats.
float uniform(std::mt19937& generator) {
    return static_cast<float>(generator() & 0xFFFFFFu) * 0x1p-24f;
}

// Box-Muller over 16 uniforms, in place: the first eight are radii, the last eight are angles.
void boxMuller(float* block) {
    for (std::size_t j = 0; j < kBlock / 2; ++j) {
        const double radius = std::sqrt(-2.0 * std::log(1.0 - static_cast<double>(block[j])));
        const double angle = 2.0 * std::numbers::pi * static_cast<double>(block[j + kBlock / 2]);
        block[j] = static_cast<float>(radius * std::cos(angle));
        block[j + kBlock / 2] = static_cast<float>(radius * std::sin(angle));
    }
}

void drawBlock(std::mt19937& generator, float* block) {
    std::generate_n(block, kBlock, [&] { return uniform(generator); });
    boxMuller(block);
}

// In order, so that it does not depend on anything but the values.
double dot(const std::vector<float>& a, const std::vector<float>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

}  // namespace

std::vector<float> torchNormal(std::uint64_t seed, std::size_t count) {
    std::mt19937 generator = seededGenerator(seed);
    std::vector<float> values(std::max(count, kBlock));
    for (float& value : values) value = uniform(generator);
    for (std::size_t first = 0; first + kBlock <= values.size(); first += kBlock) boxMuller(values.data() + first);
    // A remainder is not completed: the last 16 values are drawn afresh, over some that were finished already.
    if (values.size() % kBlock != 0)
        drawBlock(generator, values.data() + values.size() - kBlock);
    values.resize(count);
    return values;
}

std::vector<float> initialNoise(std::uint64_t seed, int channels, int height, int width) {
    const auto tokens = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    const auto channelCount = static_cast<std::size_t>(channels);
    const std::vector<float> planes = torchNormal(seed, tokens * channelCount);
    std::vector<float> packed(planes.size());
    for (std::size_t c = 0; c < channelCount; ++c)
        for (std::size_t token = 0; token < tokens; ++token)
            packed[token * channelCount + c] = planes[c * tokens + token];
    return packed;
}

std::vector<float> sphericalInterpolation(const std::vector<float>& a, const std::vector<float>& b, double t) {
    if (t == 0.0)
        return a;
    if (t == 1.0)
        return b;
    const double lengthA = std::sqrt(dot(a, a));
    const double lengthB = std::sqrt(dot(b, b));
    const double cosine = std::clamp(dot(a, b) / (lengthA * lengthB), -1.0, 1.0);
    const double angle = std::acos(cosine);
    const double sine = std::sin(angle);
    double weightA = 1.0 - t;
    double weightB = t;
    if (sine > kSmallestSine) {
        const double length = (1.0 - t) * lengthA + t * lengthB;
        weightA = std::sin((1.0 - t) * angle) / sine * (length / lengthA);
        weightB = std::sin(t * angle) / sine * (length / lengthB);
    }
    std::vector<float> between(a.size());
    for (std::size_t i = 0; i < between.size(); ++i) between[i] = static_cast<float>(weightA * a[i] + weightB * b[i]);
    return between;
}

}  // namespace penjing
