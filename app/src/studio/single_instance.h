#pragma once

#include <QFileSystemWatcher>
#include <QLockFile>
#include <QObject>
#include <QStringList>

#include "penjing/result.h"

namespace penjing::studio {

// One window per state folder, because two would overwrite each other's queue. A second start hands its files to the
// first through small files in a folder that the first one watches. UI thread.
class SingleInstance : public QObject {
    Q_OBJECT
public:
    explicit SingleInstance(const QString& stateFolder, QObject* parent = nullptr);

    // True: this process is the first and now listens. False: another one is there. WriteFailed error if the lock
    // cannot be written.
    Result<bool> becomeFirst();

    // Asks the first one to come to the front and to open the files (absolute paths). Internal error if it does not
    // take the request within some seconds.
    Status handOver(const QStringList& files) const;

Q_SIGNALS:
    void opened(const QStringList& files);  // another start; empty: only come to the front

private:
    void takeRequests();

    QString requests_;
    QLockFile lock_;
    QFileSystemWatcher watcher_;
};

}  // namespace penjing::studio
