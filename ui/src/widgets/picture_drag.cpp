#include "widgets/picture_drag.h"

#include <QDrag>
#include <QMimeData>
#include <QPixmap>
#include <QUrl>
#include <QWidget>

namespace penjing::studio {

QMimeData* pictureMimeData(const QImage& image, const QString& path) {
    auto* data = new QMimeData;
    if (!path.isEmpty()) {
        data->setUrls({QUrl::fromLocalFile(path)});
    }
    data->setImageData(image);
    return data;
}

void dragPicture(QWidget* source, const QImage& image, const QString& path) {
    auto* drag = new QDrag(source);
    drag->setMimeData(pictureMimeData(image, path));
    const int side = qRound(96 * source->devicePixelRatioF());
    QPixmap thumbnail = QPixmap::fromImage(image.scaled(side, side, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    thumbnail.setDevicePixelRatio(source->devicePixelRatioF());
    drag->setPixmap(thumbnail);
    drag->exec(Qt::CopyAction);
}

}  // namespace penjing::studio
