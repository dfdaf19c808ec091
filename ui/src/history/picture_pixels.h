#pragma once

#include <QImage>
#include <QString>

namespace penjing::studio {

// The pixels of a picture file as opaque sRGB (transparency over white), without the texts that Qt's writers would copy
// into an exported file. Scaled down, smoothly, to fit into `bound` if one is given. Null if it cannot be read or is
// absurdly large. Any thread.
QImage readPixels(const QString& path, QSize bound = {});

// The two steps of that: the image with its texts, and its pixels.
QImage readImage(const QString& path);
QImage plainPixels(const QImage& image);

}  // namespace penjing::studio
