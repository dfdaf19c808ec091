#include "history/picture_mime.h"

#include <QUrl>

#include "history/picture_pixels.h"

namespace penjing::studio {
namespace {

const QString kQtImage = QStringLiteral("application/x-qt-image");

}  // namespace

PictureMime::PictureMime(const QStringList& paths) {
    QList<QUrl> urls;
    for (const QString& path : paths) urls << QUrl::fromLocalFile(path);
    setUrls(urls);
    if (paths.size() == 1)
        single_ = paths.first();
}

QStringList PictureMime::formats() const {
    QStringList types = QMimeData::formats();
    if (!single_.isEmpty())
        types << kQtImage;
    return types;
}

bool PictureMime::hasFormat(const QString& type) const {
    return (type == kQtImage && !single_.isEmpty()) || QMimeData::hasFormat(type);
}

QVariant PictureMime::retrieveData(const QString& type, QMetaType wanted) const {
    if (type != kQtImage || single_.isEmpty())
        return QMimeData::retrieveData(type, wanted);
    if (image_.isNull())
        image_ = readPixels(single_);
    return image_;
}

}  // namespace penjing::studio
