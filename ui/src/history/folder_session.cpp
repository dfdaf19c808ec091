#include "history/folder_session.h"

#include <QElapsedTimer>

#include "history/picture_bin.h"
#include "history/thumbnail_store.h"

namespace penjing::studio {
namespace {

constexpr int kGatherMilliseconds = 400;
constexpr int kStillWrittenMilliseconds = 2500;
constexpr int kIndexSeconds = 10;

}  // namespace

FolderSession::FolderSession(QString folder, QString cacheFolder, QObject* parent)
    : QObject(parent),
      folder_(std::move(folder)),
      cacheFolder_(std::move(cacheFolder)),
      scanner_(std::make_shared<FolderScanner>(folder_, cacheFolder_)) {
    disk_.setMaxThreadCount(1);
    writes_.setMaxThreadCount(1);
    soon_.setSingleShot(true);
    connect(&soon_, &QTimer::timeout, this, &FolderSession::scan);
    // Not restarted by further changes: a folder in which something changes all the time is still read.
    connect(&watcher_, &QFileSystemWatcher::directoryChanged, this, [this] {
        if (!soon_.isActive())
            soon_.start(kGatherMilliseconds);
    });
    freeBinSpace();  // of a program that was killed while it did
}

FolderSession::~FolderSession() {
    stop_.request_stop();
    disk_.waitForDone();
    scanner_->saveIndex(0);
    writes_.waitForDone();
}

// A folder that does not exist yet is watched from the scan on that finds it.
void FolderSession::watch() {
    if (watcher_.directories().isEmpty())
        watcher_.addPath(folder_);
}

void FolderSession::scan() {
    if (scanning_) {
        again_ = true;
        return;
    }
    scanning_ = true;
    watch();
    Q_EMIT started();
    disk_.start([this, stop = stop_.get_token()] {
        QElapsedTimer timer;
        timer.start();
        const ScanSummary summary = scanner_->scan(stop, [this](ScanBatch batch) {
            auto shared = std::make_shared<ScanBatch>(std::move(batch));
            QMetaObject::invokeMethod(
                this, [this, shared] { Q_EMIT reported(shared); }, Qt::QueuedConnection);
        });
        const qint64 milliseconds = timer.elapsed();
        QMetaObject::invokeMethod(
            this, [=, this] { finish(summary, milliseconds); }, Qt::QueuedConnection);
        if (!stop.stop_requested())
            scanner_->saveIndex(kIndexSeconds);
    });
}

void FolderSession::finish(const ScanSummary& summary, qint64 milliseconds) {
    scanning_ = false;
    watch();
    Q_EMIT finished(summary, milliseconds);
    if (again_) {
        again_ = false;
        scan();
    } else if (summary.recentlyWritten) {
        soon_.start(kStillWrittenMilliseconds);
    }
    if (!tidied_) {
        tidied_ = true;
        disk_.start([this] { ThumbnailStore::prune(cacheFolder_, scanner_->known()); });
    }
}

void FolderSession::saveStars(const Stars& stars) {
    writes_.clear();  // what was not written yet is out of date
    writes_.start([this, stars] {
        if (const Status status = writeStars(folder_, stars); !status) {
            const QString sentence =
                tr("The star could not be kept: %1").arg(QString::fromStdString(status.error().message));
            QMetaObject::invokeMethod(
                this, [this, sentence] { Q_EMIT problem(sentence); }, Qt::QueuedConnection);
        }
    });
}

void FolderSession::freeBinSpace() {
    disk_.start([folder = folder_] { PictureBin(folder).deleteEmptied(); });
}

}  // namespace penjing::studio
