#include "history/folder_scanner.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <QDir>
#include <QFile>
#include <QSet>
#include <algorithm>
#include <ctime>
#include <memory>

#include "history/history_index.h"
#include "history/picture_recipe.h"
#include "penjing/image.h"

namespace penjing::studio {

struct FolderScanner::File {
    QString name;
    qint64 size = 0;
    qint64 modifiedNs = 0;
};

namespace {

constexpr qint64 kBatchMilliseconds = 250;
constexpr qint64 kNs = 1'000'000'000;
constexpr qint64 kStillWrittenNs = 3 * kNs;

bool isCandidate(const QString& name) {
    return !name.startsWith('.') && name.endsWith(QLatin1String(".png"), Qt::CaseInsensitive);
}

bool isUnchanged(const RecordPtr& record, qint64 size, qint64 modifiedNs) {
    return record && record->size == size && record->modifiedNs == modifiedNs;
}

}  // namespace

FolderScanner::FolderScanner(QString folder, QString cacheFolder)
    : folder_(std::move(folder)), indexPath_(cacheFolder + QStringLiteral("/index")) {
    QDir().mkpath(cacheFolder);
}

// readdir and fstatat: QDir would make an object, and some system calls more, of each of ten thousand files.
std::vector<FolderScanner::File> FolderScanner::list(std::stop_token stop) const {
    std::vector<File> files;
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(QFile::encodeName(folder_).constData()), closedir);
    if (!folder)
        return files;
    while (const dirent* entry = readdir(folder.get())) {
        if (stop.stop_requested())
            break;
        const QString name = QFile::decodeName(entry->d_name);
        struct stat info {};
        if (!isCandidate(name) || fstatat(dirfd(folder.get()), entry->d_name, &info, 0) != 0 || !S_ISREG(info.st_mode))
            continue;
        files.push_back({name, info.st_size, info.st_mtim.tv_sec * kNs + info.st_mtim.tv_nsec});
    }
    // New files are then read in about the order in which rows are shown.
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.modifiedNs > b.modifiedNs; });
    return files;
}

void FolderScanner::loadIndex(const std::vector<File>& files, const Report& report) {
    indexLoaded_ = true;
    QHash<QString, RecordPtr> indexed;
    for (RecordPtr& record : readIndex(indexPath_)) indexed.insert(record->name, std::move(record));
    ScanBatch batch;
    for (const File& file : files) {
        const RecordPtr record = indexed.value(file.name);
        if (!isUnchanged(record, file.size, file.modifiedNs))
            continue;
        known_.insert(file.name, record);
        if (record->isPicture)
            batch.found.push_back(record);
    }
    indexChanged_ = indexed.size() != known_.size();
    std::sort(batch.found.begin(), batch.found.end(), isNewer);
    report(std::move(batch));
}

void FolderScanner::reportGone(const std::vector<File>& files, const Report& report) {
    QSet<QString> present;
    present.reserve(static_cast<qsizetype>(files.size()));
    for (const File& file : files) present.insert(file.name);
    ScanBatch batch;
    for (auto entry = known_.begin(); entry != known_.end();) {
        if (present.contains(entry.key())) {
            ++entry;
            continue;
        }
        batch.gone << entry.key();
        entry = known_.erase(entry);
    }
    if (batch.gone.isEmpty())
        return;
    indexChanged_ = true;
    report(std::move(batch));
}

void FolderScanner::readFiles(const std::vector<File>& files, std::stop_token stop, const Report& report) {
    ScanBatch batch;
    QElapsedTimer sinceReport;
    sinceReport.start();
    const auto flush = [&] {
        if (batch.found.empty() && batch.gone.isEmpty())
            return;
        std::sort(batch.found.begin(), batch.found.end(), isNewer);
        report(std::exchange(batch, {}));
        sinceReport.restart();
    };
    for (const File& file : files) {
        const RecordPtr old = known_.value(file.name);
        if (isUnchanged(old, file.size, file.modifiedNs))
            continue;
        if (stop.stop_requested())
            break;
        std::optional<Recipe> recipe = readPictureRecipe(folder_ + '/' + file.name);
        PictureRecord record;
        record.name = file.name;
        record.size = file.size;
        record.modifiedNs = file.modifiedNs;
        record.isPicture = recipe.has_value();
        record.recipe = recipe.value_or(Recipe{});
        const RecordPtr finished = finishRecord(std::move(record));
        known_.insert(file.name, finished);
        indexChanged_ = true;
        if (finished->isPicture)
            batch.found.push_back(finished);
        else if (old && old->isPicture)
            batch.gone << file.name;
        if (sinceReport.elapsed() > kBatchMilliseconds)
            flush();
    }
    flush();
}

ScanSummary FolderScanner::scan(std::stop_token stop, const Report& report) {
    const std::vector<File> files = list(stop);
    if (stop.stop_requested())
        return {};  // an unfinished list would make pictures disappear
    if (!indexLoaded_) {
        loadIndex(files, report);
        removeAbandonedFiles(QFile::encodeName(folder_).toStdString());
    }
    reportGone(files, report);
    readFiles(files, stop, report);

    ScanSummary summary;
    summary.pictures = static_cast<int>(
        std::count_if(known_.begin(), known_.end(), [](const RecordPtr& record) { return record->isPicture; }));
    const qint64 now = static_cast<qint64>(std::time(nullptr)) * kNs;
    summary.recentlyWritten =
        !files.empty() && files.front().modifiedNs > now - kStillWrittenNs && files.front().modifiedNs <= now + kNs;
    return summary;
}

void FolderScanner::saveIndex(int minSeconds) {
    if (!indexChanged_ || (sinceIndexWritten_.isValid() && sinceIndexWritten_.elapsed() < minSeconds * 1000))
        return;
    const std::vector<RecordPtr> records(known_.begin(), known_.end());
    if (writeIndex(indexPath_, records))  // a cache that cannot be written costs time at the next start, no more
        indexChanged_ = false;
    sinceIndexWritten_.start();
}

}  // namespace penjing::studio
