#include "scheduler/sigmas.h"

#include <cmath>

namespace penjing {
namespace {

// Below this many tokens mu also depends on the number of steps.
constexpr int kStepIndependentTokens = 4300;

double shifted(const SchedulerConfig& config, double sigma, double mu) {
    if (config.dynamicMu == DynamicMu::Flux2Empirical) {
        const double e = std::exp(mu);
        return e / (e + (1.0 / sigma - 1.0));
    }
    return config.shift * sigma / (1.0 + (config.shift - 1.0) * sigma);
}

}  // namespace

double flux2EmpiricalMu(int imageTokens, int steps) {
    const double at200Steps = 0.00016927 * imageTokens + 0.45666666;
    if (imageTokens > kStepIndependentTokens)
        return at200Steps;
    const double at10Steps = 8.73809524e-05 * imageTokens + 1.89833333;
    const double perStep = (at200Steps - at10Steps) / 190.0;
    return at200Steps + perStep * (steps - 200);
}

std::vector<float> sigmaSchedule(const SchedulerConfig& config, int steps, int imageTokens) {
    const double mu = flux2EmpiricalMu(imageTokens, steps);
    std::vector<float> sigmas;
    sigmas.reserve(static_cast<std::size_t>(steps) + 1);
    for (int i = 0; i < steps; ++i)
        sigmas.push_back(static_cast<float>(shifted(config, 1.0 - static_cast<double>(i) / steps, mu)));
    sigmas.push_back(0.0f);
    return sigmas;
}

}  // namespace penjing
