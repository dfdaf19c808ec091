#pragma once

#include <QObject>
#include <QStringList>
#include <QThreadPool>
#include <atomic>

#include "history/exporter.h"

namespace penjing::studio {

struct ExportJob {
    QStringList pictures;
    QString folder;       // made if it does not exist
    QString namePattern;  // see pictureName()
    ExportOptions options;
    bool asContactSheets = false;  // sheets of sheetColumns × sheetRows pictures instead of single files
    int sheetColumns = 5;
    int sheetRows = 6;
    int cellSize = 320;  // pixels
};

// Runs one export on a thread pool. Nothing is overwritten: names that are taken get " (2)", " (3)", …. UI thread.
class ExportRun : public QObject {
    Q_OBJECT
public:
    explicit ExportRun(QObject* parent = nullptr);
    ~ExportRun() override;  // cancels and waits for the files being written

    void start(const ExportJob& job);
    void cancel();  // files that are begun are finished; finished() follows
    bool isRunning() const { return running_; }

signals:
    void progressed(int done, int total);  // of files
    void finished(int written, const QStringList& problems, bool cancelled);

private:
    void schedule(const ExportJob& job, qsizetype perFile);
    void report(const QString& problem, bool written);  // any thread

    QThreadPool pool_;
    std::atomic<bool> cancelled_ = false;
    bool running_ = false;
    int done_ = 0;
    int total_ = 0;
    int written_ = 0;
    QStringList problems_;
};

}  // namespace penjing::studio
