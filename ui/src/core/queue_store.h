#pragma once

#include <QList>
#include <QString>

#include "core/job.h"
#include "penjing/result.h"

namespace penjing::studio {

struct StoredQueue {
    QList<Job> jobs;
    bool paused = false;
    QString damagedCopy;  // not empty: something could not be read, and the file was put aside under this name
};

// The queue on disk: one JSON file, always whole. The file is not trusted.
class QueueStore {
public:
    explicit QueueStore(QString stateFolder);

    // What can be read of it; empty if there is none.
    StoredQueue load() const;
    // Replaces the file and flushes it.
    Status save(const QList<Job>& jobs, bool paused) const;

private:
    QString folder_;
    QString file_;
};

}  // namespace penjing::studio
