#include "vae/latent_image.h"

#include <cmath>
#include <vector>

namespace penjing {
namespace {

std::vector<float> standardDeviations(const VaeConfig& config, const float* variance) {
    std::vector<float> result(static_cast<std::size_t>(config.patchedChannels()));
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = std::sqrt(variance[i] + config.batchNormEps);
    return result;
}

}  // namespace

void unpackLatents(const VaeConfig& config, const float* mean, const float* variance, ConstMat tokens, int gridWidth,
                   const Image2d& image) {
    const std::vector<float> deviation = standardDeviations(config, variance);
    const int patch = config.patch;
    for (int y = 0; y < image.height; ++y) {
        for (int x = 0; x < image.width; ++x) {
            const float* token = tokens.row(y / patch * gridWidth + x / patch);
            const int offset = y % patch * patch + x % patch;
            float* pixel = image.data + (static_cast<std::ptrdiff_t>(y) * image.width + x) * image.channels;
            for (int c = 0; c < image.channels; ++c) {
                const int patched = c * patch * patch + offset;
                pixel[c] = token[patched] * deviation[static_cast<std::size_t>(patched)] + mean[patched];
            }
        }
    }
}

}  // namespace penjing
