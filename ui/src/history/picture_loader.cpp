#include "history/picture_loader.h"

#include "history/picture_pixels.h"

namespace penjing::studio {

PictureLoader::PictureLoader(QObject* parent) : QObject(parent) {
    pool_.setMaxThreadCount(1);
}

PictureLoader::~PictureLoader() {
    pool_.clear();
    pool_.waitForDone();
}

void PictureLoader::load(const QString& path, QSize bound) {
    cancel();
    pool_.start([this, path, bound, number = latest_] {
        const QImage image = readPixels(path, bound);
        QMetaObject::invokeMethod(
            this,
            [=, this] {
                if (number == latest_)
                    Q_EMIT loaded(path, image);
            },
            Qt::QueuedConnection);
    });
}

void PictureLoader::cancel() {
    ++latest_;
    pool_.clear();
}

}  // namespace penjing::studio
