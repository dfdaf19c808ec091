#include "pipeline/preview.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "vae/latent_image.h"

namespace penjing {
namespace {

using Rgb = std::array<std::uint8_t, 3>;

Rgb colourOf(const PreviewConfig& preview, const float* latent) {
    Rgb colour{};
    for (std::size_t channel = 0; channel < 3; ++channel) {
        float value = preview.bias[channel];
        for (std::size_t c = 0; c < preview.factors.size(); ++c) value += latent[c] * preview.factors[c][channel];
        // Also right for NaN, which clamp would pass on.
        const float unit = value > 0.0f ? std::min(value, 1.0f) : 0.0f;
        colour[channel] = static_cast<std::uint8_t>(std::lround(unit * 255.0f));
    }
    return colour;
}

}  // namespace

Image previewOf(const Pack& pack, const Drawing& drawing, ConstMat latents) {
    const VaeConfig& vae = pack.config().vae;
    const int height = drawing.gridHeight * vae.patch;
    const int width = drawing.gridWidth * vae.patch;
    std::vector<float> values(static_cast<std::size_t>(height) * width * vae.latentChannels);
    const Image2d latentImage{values.data(), height, width, vae.latentChannels};
    unpackLatents(vae, pack.vector("vae.bn.running_mean"), pack.vector("vae.bn.running_var"), latents,
                  drawing.gridWidth, latentImage);

    Image image{.width = drawing.width, .height = drawing.height, .rgb = {}};
    image.rgb.resize(static_cast<std::size_t>(image.width) * image.height * 3);
    const int scale = vae.scale();
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const float* latent = values.data() + (static_cast<std::size_t>(y) * width + x) * vae.latentChannels;
            const Rgb colour = colourOf(pack.config().preview, latent);
            for (int row = y * scale; row < (y + 1) * scale; ++row)
                for (int column = x * scale; column < (x + 1) * scale; ++column)
                    std::copy(colour.begin(), colour.end(),
                              image.rgb.begin() + (static_cast<std::ptrdiff_t>(row) * image.width + column) * 3);
        }
    }
    return image;
}

}  // namespace penjing
