#include "core/picture_image.h"

#include <cstring>

namespace penjing::studio {

QImage toQImage(const Image& image) {
    if (image.width <= 0 || image.height <= 0 ||
        image.rgb.size() != 3 * static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height))
        return {};
    const QImage view(image.rgb.data(), image.width, image.height, qsizetype{3} * image.width, QImage::Format_RGB888);
    return view.convertToFormat(QImage::Format_RGB32);
}

Image toImage(const QImage& image) {
    const QImage rgb = image.convertToFormat(QImage::Format_RGB888);
    if (rgb.isNull())
        return {};
    const auto rowBytes = 3 * static_cast<std::size_t>(rgb.width());
    Image result{rgb.width(), rgb.height(),
                 std::vector<std::uint8_t>(rowBytes * static_cast<std::size_t>(rgb.height()))};
    for (int y = 0; y < rgb.height(); ++y)  // QImage pads its rows
        std::memcpy(result.rgb.data() + static_cast<std::size_t>(y) * rowBytes, rgb.constScanLine(y), rowBytes);
    return result;
}

}  // namespace penjing::studio
