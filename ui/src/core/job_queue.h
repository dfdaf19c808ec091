#pragma once

#include <QStringList>
#include <functional>
#include <optional>

#include "core/queue_model.h"
#include "core/queue_store.h"

namespace penjing::studio {

// The queue and its file, kept in step: every change is on disk before the call returns. Also knows the jobs' resume
// files. UI thread.
class JobQueue {
public:
    // onProblem hears of a file that cannot be written; the queue in memory stays as it should be.
    JobQueue(const QString& stateFolder, std::function<void(const Error&)> onProblem);

    // What the last run left, the interrupted job first. Jobs whose picture is on disk are done and leave. Returns the
    // name that an unreadable file was put aside under, else an empty one.
    QString restore();

    QueueModel& model() { return model_; }
    bool isPaused() const { return paused_; }
    void setPaused(bool paused);

    std::optional<Job> nextWaiting() const;
    QStringList picturePaths() const;
    void add(const QList<Job>& jobs, bool next);
    void update(const Job& job);
    void showProgress(const Job& job) { model_.update(job); }  // not on disk: resume files tell after a crash
    void remove(const QString& id);
    void move(const QString& id, int position);

    QString resumePath(const QString& id) const;

private:
    void save();
    void removeOrphanedResumeFiles() const;

    QueueStore store_;
    QString resumeFolder_;
    std::function<void(const Error&)> onProblem_;
    QueueModel model_;
    bool paused_ = false;
    bool saveFailed_ = false;
};

}  // namespace penjing::studio
