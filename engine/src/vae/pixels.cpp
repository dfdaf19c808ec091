#include "vae/pixels.h"

#include <algorithm>
#include <cmath>

namespace penjing {

Image toPixels(const Image2d& rgb) {
    Image image{.width = rgb.width, .height = rgb.height, .rgb = {}};
    image.rgb.resize(static_cast<std::size_t>(rgb.width) * static_cast<std::size_t>(rgb.height) * 3);
    for (std::size_t i = 0; i < image.rgb.size(); ++i) {
        const float unit = std::clamp(rgb.data[i] * 0.5f + 0.5f, 0.0f, 1.0f);
        image.rgb[i] = static_cast<std::uint8_t>(std::nearbyint(unit * 255.0f));
    }
    return image;
}

}  // namespace penjing
