#include "history/picture_pixels.h"

#include <QColorSpace>
#include <QImageReader>
#include <QPainter>

namespace penjing::studio {
namespace {

constexpr qint64 kMostPixels = 60'000'000;  // below Qt's own limit of 256 MB for an image

}  // namespace

QImage plainPixels(const QImage& image) {
    if (image.isNull())
        return {};
    QImage source = image;
    if (const QColorSpace space = source.colorSpace(); space.isValid() && space != QColorSpace(QColorSpace::SRgb))
        source.convertToColorSpace(QColorSpace::SRgb);
    // Painted onto a new image because conversions would carry texts, colour space and resolution along.
    QImage plain(source.size(), QImage::Format_RGB32);
    if (plain.isNull())
        return {};
    plain.fill(Qt::white);
    source.setDevicePixelRatio(1.0);
    QPainter(&plain).drawImage(0, 0, source);
    return plain;
}

QImage readImage(const QString& path) {
    QImageReader reader(path);
    const QSize size = reader.size();
    if (!size.isValid() || qint64{size.width()} * size.height() > kMostPixels)
        return {};
    return reader.read();
}

QImage readPixels(const QString& path, QSize bound) {
    const QImage pixels = plainPixels(readImage(path));
    if (pixels.isNull() || !bound.isValid() || (pixels.width() <= bound.width() && pixels.height() <= bound.height()))
        return pixels;
    return pixels.scaled(bound, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

}  // namespace penjing::studio
