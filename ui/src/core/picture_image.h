#pragma once

#include <QImage>

#include "penjing/image.h"

namespace penjing::studio {

// A copy for showing (RGB32). Null if the picture is empty, contradicts its size, or there is no memory.
QImage toQImage(const Image& image);
// The same pixels for the engine; empty for a null image.
Image toImage(const QImage& image);

}  // namespace penjing::studio
