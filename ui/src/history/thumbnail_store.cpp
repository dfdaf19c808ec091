#include "history/thumbnail_store.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <algorithm>

#include "history/picture_pixels.h"

namespace penjing::studio {
namespace {

constexpr qsizetype kMemoryBytes = 80 << 20;
constexpr std::size_t kMostWaiting = 400;  // more than any screen shows
constexpr int kThreads = 2;
constexpr int kJpegQuality = 88;
constexpr int kHashBytes = 16;

QString thumbnailFolder(const QString& cacheFolder) {
    return cacheFolder + QStringLiteral("/thumbnails");
}

QString thumbnailName(const PictureRecord& record) {
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(record.name.toUtf8());
    hash.addData(QStringLiteral("/%1/%2").arg(record.size).arg(record.modifiedNs).toLatin1());
    return QString::fromLatin1(hash.result().first(kHashBytes).toHex()) + QStringLiteral(".jpg");
}

void keepOnDisk(const QImage& thumbnail, const QString& path) {
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && thumbnail.save(&file, "jpg", kJpegQuality))
        file.commit();  // a cache: what cannot be written is made again
}

// On a thread of the pool.
QImage loadThumbnail(const QString& picturePath, const QString& thumbnailPath) {
    const QSize bound(ThumbnailStore::kSide, ThumbnailStore::kSide);
    if (const QImage kept(thumbnailPath); !kept.isNull())
        return kept.convertToFormat(QImage::Format_RGB32);
    const QImage pixels = readPixels(picturePath);
    if (pixels.width() <= bound.width() && pixels.height() <= bound.height())
        return pixels;  // as quick to read as a file of ours would be
    const QImage thumbnail = pixels.scaled(bound, Qt::KeepAspectRatio, Qt::SmoothTransformation);
    keepOnDisk(thumbnail, thumbnailPath);
    return thumbnail;
}

}  // namespace

ThumbnailStore::ThumbnailStore(QString picturesFolder, QString cacheFolder, QObject* parent)
    : QObject(parent),
      picturesFolder_(std::move(picturesFolder)),
      cacheFolder_(std::move(cacheFolder)),
      memory_(kMemoryBytes) {
    QDir().mkpath(thumbnailFolder(cacheFolder_));
    pool_.setMaxThreadCount(kThreads);
    pool_.setThreadPriority(QThread::LowPriority);
}

ThumbnailStore::~ThumbnailStore() {
    pool_.clear();
    pool_.waitForDone();
}

QImage ThumbnailStore::thumbnail(const RecordPtr& record) {
    if (const Thumbnail* kept = memory_.object(record->name); kept && isSameFile(*kept->record, *record))
        return kept->image;
    // Asked for again, it becomes the most urgent.
    waiting_.erase(std::remove(waiting_.begin(), waiting_.end(), record), waiting_.end());
    waiting_.push_back(record);
    if (waiting_.size() > kMostWaiting)
        waiting_.erase(waiting_.begin());
    startMore();
    return {};
}

void ThumbnailStore::startMore() {
    while (running_.size() < kThreads && !waiting_.empty()) {
        const RecordPtr record = waiting_.back();
        waiting_.pop_back();
        if (running_.contains(record->name))
            continue;
        running_.insert(record->name);
        const QString source = picturesFolder_ + '/' + record->name;
        const QString target = thumbnailFolder(cacheFolder_) + '/' + thumbnailName(*record);
        pool_.start([this, record, source, target] {
            const QImage image = loadThumbnail(source, target);
            QMetaObject::invokeMethod(
                this, [this, record, image] { finish(record, image); }, Qt::QueuedConnection);
        });
    }
}

void ThumbnailStore::finish(const RecordPtr& record, const QImage& image) {
    running_.remove(record->name);
    // A picture that cannot be read is remembered too, or it would be tried at every repaint.
    memory_.insert(record->name, new Thumbnail{record, image}, std::max<qsizetype>(image.sizeInBytes(), 64));
    startMore();
    Q_EMIT ready(record->name);
}

void ThumbnailStore::prune(const QString& cacheFolder, const QHash<QString, RecordPtr>& known) {
    const QDir folder(thumbnailFolder(cacheFolder));
    const QStringList files = folder.entryList({QStringLiteral("*.jpg")}, QDir::Files);
    if (files.isEmpty())
        return;
    QSet<QString> wanted;
    for (const RecordPtr& record : known) wanted.insert(thumbnailName(*record));
    for (const QString& name : files)
        if (!wanted.contains(name))
            QFile::remove(folder.filePath(name));
}

}  // namespace penjing::studio
