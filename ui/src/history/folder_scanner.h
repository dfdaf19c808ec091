#pragma once

#include <QElapsedTimer>
#include <QHash>
#include <QStringList>
#include <functional>
#include <stop_token>
#include <vector>

#include "history/picture_record.h"

namespace penjing::studio {

// A part of what a scan found out. Records of pictures only, newest first.
struct ScanBatch {
    std::vector<RecordPtr> found;  // new and changed ones
    QStringList gone;              // file names
};

struct ScanSummary {
    int pictures = 0;
    bool recentlyWritten = false;  // a file may still be growing: look again soon
};

// Keeps up with a folder of PNGs: each scan reports what has changed since the one before; the first starts from the
// index file. Files are opened only if they are new or have changed. One thread at a time.
class FolderScanner {
public:
    FolderScanner(QString folder, QString cacheFolder);

    using Report = std::function<void(ScanBatch)>;
    // A stopped scan reports less, and the next one the rest.
    ScanSummary scan(std::stop_token stop, const Report& report);
    // Writes the index if it has changed and minSeconds have passed since it was written.
    void saveIndex(int minSeconds);
    const QHash<QString, RecordPtr>& known() const { return known_; }

private:
    struct File;
    std::vector<File> list(std::stop_token stop) const;
    void loadIndex(const std::vector<File>& files, const Report& report);
    void reportGone(const std::vector<File>& files, const Report& report);
    void readFiles(const std::vector<File>& files, std::stop_token stop, const Report& report);

    QString folder_;
    QString indexPath_;
    QHash<QString, RecordPtr> known_;  // by name; files that are no pictures are in it too
    bool indexLoaded_ = false;
    bool indexChanged_ = false;
    QElapsedTimer sinceIndexWritten_;
};

}  // namespace penjing::studio
