#pragma once

#include <QFileSystemWatcher>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <memory>
#include <stop_token>

#include "history/folder_scanner.h"
#include "history/star_file.h"

namespace penjing::studio {

// Watches one pictures folder and does what takes time on threads of its own: scanning it, keeping the index and the
// thumbnails' folder tidy, writing stars, freeing the bin's space. UI thread; closing waits for what must be written.
class FolderSession : public QObject {
    Q_OBJECT
public:
    FolderSession(QString folder, QString cacheFolder, QObject* parent = nullptr);
    ~FolderSession() override;

    const QString& folder() const { return folder_; }
    bool isScanning() const { return scanning_; }

    // At once, or after the running one.
    void scan();
    void saveStars(const Stars& stars);
    void freeBinSpace();

signals:
    void started();
    void reported(const std::shared_ptr<penjing::studio::ScanBatch>& batch);
    void finished(const penjing::studio::ScanSummary& summary, qint64 milliseconds);
    void problem(const QString& sentence);

private:
    void finish(const ScanSummary& summary, qint64 milliseconds);
    void watch();

    QString folder_;
    QString cacheFolder_;
    std::shared_ptr<FolderScanner> scanner_;
    bool scanning_ = false;
    bool again_ = false;
    bool tidied_ = false;
    std::stop_source stop_;
    QFileSystemWatcher watcher_;
    QTimer soon_;         // gathers changes
    QThreadPool disk_;    // one thread: scans and what belongs to them, in order
    QThreadPool writes_;  // one thread: stars, in order, without waiting for a scan
};

}  // namespace penjing::studio
