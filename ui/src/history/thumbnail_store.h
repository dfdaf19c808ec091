#pragma once

#include <QCache>
#include <QImage>
#include <QObject>
#include <QSet>
#include <QString>
#include <QThreadPool>
#include <vector>

#include "history/picture_record.h"

namespace penjing::studio {

// Small versions of pictures: made and read on a low-priority thread pool, the last used kept in memory up to a fixed
// number of bytes, larger pictures' kept as JPEG files in the cache folder. UI thread.
class ThumbnailStore : public QObject {
    Q_OBJECT
public:
    static constexpr int kSide = 256;  // pixels; a thumbnail fits into a square of this

    ThumbnailStore(QString picturesFolder, QString cacheFolder, QObject* parent = nullptr);
    ~ThumbnailStore() override;

    // What is in memory; otherwise null, and it is made: ready(name) follows, unless so many are asked for after it
    // that it has scrolled out of sight.
    QImage thumbnail(const RecordPtr& record);

    // Deletes files of pictures that are not among these. Any thread.
    static void prune(const QString& cacheFolder, const QHash<QString, RecordPtr>& known);

signals:
    void ready(const QString& name);

private:
    struct Thumbnail {
        RecordPtr record;
        QImage image;
    };
    void startMore();
    void finish(const RecordPtr& record, const QImage& image);

    QString picturesFolder_;
    QString cacheFolder_;
    QCache<QString, Thumbnail> memory_;  // cost in bytes
    std::vector<RecordPtr> waiting_;     // the latest is served first
    QSet<QString> running_;
    QThreadPool pool_;
};

}  // namespace penjing::studio
