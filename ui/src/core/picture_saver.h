#pragma once

#include <QObject>
#include <QThreadPool>

#include "core/job.h"
#include "penjing/result.h"

namespace penjing::studio {

// Encodes and writes pictures on threads of its own. UI thread.
class PictureSaver : public QObject {
    Q_OBJECT
public:
    PictureSaver();
    ~PictureSaver() override;  // waits for what is being written

    // Writes to picture.path, which must be free, and makes its folder; saved or failed follows.
    void save(const FinishedPicture& picture, bool withRecipe);
    // Where pictures are being written to at present.
    QStringList busyPaths() const { return busyPaths_; }

signals:
    void saved(const penjing::studio::FinishedPicture& picture);
    void failed(const penjing::studio::FinishedPicture& picture, const penjing::Error& error);

private:
    void finish(const FinishedPicture& picture, const Status& status);

    QStringList busyPaths_;
    QThreadPool pool_;
};

}  // namespace penjing::studio
