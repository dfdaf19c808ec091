#pragma once

#include <QImage>
#include <QString>

#include "penjing/image.h"

namespace penjing::studio {

// The picture on the canvas.
struct ShownPicture {
    QImage image;
    QString path;  // empty: not on disk (a live one, or a sample)
    Recipe recipe;

    bool isNull() const { return image.isNull(); }
    QString prompt() const { return QString::fromStdString(recipe.prompt); }
};

}  // namespace penjing::studio
