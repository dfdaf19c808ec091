#include "transformer/timestep_embedding.h"

#include <cmath>

namespace penjing {

void timestepEmbedding(float sigma, Mat out) {
    const int half = out.cols / 2;
    const float tau = 1000.0f * sigma;
    const auto negativeLog = static_cast<float>(-std::log(10000.0));
    float* values = out.row(0);
    for (int i = 0; i < half; ++i) {
        // Frequencies and angles are rounded to fp32 on purpose: angles reach 1000 radians, where the rounding of the
        // reference is worth 3e-5, and a trained model has only ever seen rounded ones.
        const float frequency = std::exp(negativeLog * static_cast<float>(i) / static_cast<float>(half));
        const float angle = tau * frequency;
        values[i] = std::cos(angle);
        values[half + i] = std::sin(angle);
    }
}

}  // namespace penjing
