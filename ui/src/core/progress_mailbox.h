#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <mutex>
#include <optional>

#include "core/job.h"

namespace penjing::studio {

// Passes progress from the engine thread to the UI thread, at most 20 times a second: newer reports replace those that
// were not passed on yet, so the UI thread is never flooded and the latest state always arrives.
class ProgressMailbox : public QObject {
    Q_OBJECT
public:
    explicit ProgressMailbox(QObject* parent = nullptr);

    void put(quint64 run, const JobProgress& progress);  // any thread
    // Passes on what waits, now. UI thread.
    void flush();

signals:
    void delivered(quint64 run, const penjing::studio::JobProgress& progress);

private:
    struct Letter {
        quint64 run = 0;
        JobProgress progress;
    };

    void deliver();

    std::mutex mutex_;
    std::optional<Letter> waiting_;  // guarded by mutex_
    bool announced_ = false;         // guarded by mutex_: deliver() will come
    QElapsedTimer sinceLast_;
    QTimer pause_;
};

}  // namespace penjing::studio
