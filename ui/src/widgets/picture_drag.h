#pragma once

#include <QImage>
#include <QString>

class QMimeData;
class QWidget;

namespace penjing::studio {

// A picture as other programs take it: the file, where there is one, and the pixels. The caller owns the data.
QMimeData* pictureMimeData(const QImage& image, const QString& path);

// Carries a picture out of `source`; returns when it has been dropped.
void dragPicture(QWidget* source, const QImage& image, const QString& path);

}  // namespace penjing::studio
