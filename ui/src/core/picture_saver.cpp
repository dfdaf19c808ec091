#include "core/picture_saver.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "core/guarded.h"
#include "core/picture_image.h"
#include "penjing/image.h"

namespace penjing::studio {
namespace {

Status write(const FinishedPicture& picture, bool withRecipe) {
    const QString folder = QFileInfo(picture.path).path();
    if (!QDir().mkpath(folder))
        return Error{ErrorCode::WriteFailed, folder.toStdString() + ": cannot make this folder"};
    const auto png = encodePng(toImage(picture.image), withRecipe ? &picture.recipe : nullptr);
    if (!png)
        return png.error();
    return writeFileAtomically(QFile::encodeName(picture.path).toStdString(), png.value());
}

}  // namespace

PictureSaver::PictureSaver() {
    pool_.setMaxThreadCount(2);
}

PictureSaver::~PictureSaver() {
    pool_.waitForDone();
}

void PictureSaver::save(const FinishedPicture& picture, bool withRecipe) {
    busyPaths_.append(picture.path);
    pool_.start([this, picture, withRecipe] {
        const Status status = guarded([&] { return write(picture, withRecipe); });
        QMetaObject::invokeMethod(
            this, [this, picture, status] { finish(picture, status); }, Qt::QueuedConnection);
    });
}

void PictureSaver::finish(const FinishedPicture& picture, const Status& status) {
    busyPaths_.removeOne(picture.path);
    if (status)
        Q_EMIT saved(picture);
    else
        Q_EMIT failed(picture, status.error());
}

}  // namespace penjing::studio
