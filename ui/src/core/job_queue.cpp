#include "core/job_queue.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <utility>

#include "core/resume_file.h"
#include "penjing/image.h"

namespace penjing::studio {
namespace {

// A file at the job's path is its picture unless a recipe inside says otherwise (somebody may have put another one
// there); pictures without recipes have nothing that could tell.
bool isDrawn(const Job& job) {
    if (!QFileInfo(job.picturePath).isFile())
        return false;
    const auto recipe = readRecipe(QFile::encodeName(job.picturePath).toStdString());
    if (!recipe)
        return false;
    return !*recipe || ((*recipe)->prompt == job.settings.prompt.toStdString() && (*recipe)->seed == job.settings.seed);
}

}  // namespace

JobQueue::JobQueue(const QString& stateFolder, std::function<void(const Error&)> onProblem)
    : store_(stateFolder), resumeFolder_(QDir(stateFolder).filePath("resume")), onProblem_(std::move(onProblem)) {
    QDir().mkpath(resumeFolder_);
}

QString JobQueue::restore() {
    StoredQueue stored = store_.load();
    QList<Job>& jobs = stored.jobs;
    const auto stays = jobs.size();
    jobs.removeIf(isDrawn);
    const bool changed = jobs.size() != stays || !stored.damagedCopy.isEmpty();
    for (Job& job : jobs) job.finishedSteps = resumeStep(resumePath(job.id));
    std::stable_partition(jobs.begin(), jobs.end(), [](const Job& job) {
        return job.state == JobState::Drawing || (job.state == JobState::Waiting && job.finishedSteps > 0);
    });
    for (Job& job : jobs)
        if (job.state == JobState::Drawing)
            job.state = JobState::Waiting;
    model_.setJobs(jobs);
    paused_ = stored.paused;
    if (changed)
        save();
    removeOrphanedResumeFiles();
    return stored.damagedCopy;
}

void JobQueue::setPaused(bool paused) {
    paused_ = paused;
    save();
}

std::optional<Job> JobQueue::nextWaiting() const {
    for (const Job& job : model_.jobs())
        if (job.state == JobState::Waiting)
            return job;
    return std::nullopt;
}

QStringList JobQueue::picturePaths() const {
    QStringList paths;
    for (const Job& job : model_.jobs()) paths.append(job.picturePath);
    return paths;
}

void JobQueue::add(const QList<Job>& jobs, bool next) {
    const auto first = next ? nextWaiting() : std::nullopt;
    int row = first ? model_.rowOf(first->id) : model_.rowCount();
    for (const Job& job : jobs) model_.insert(row++, job);
    save();
}

void JobQueue::update(const Job& job) {
    model_.update(job);
    save();
}

void JobQueue::remove(const QString& id) {
    model_.remove(id);
    save();
}

void JobQueue::move(const QString& id, int position) {
    model_.move(id, position);
    save();
}

QString JobQueue::resumePath(const QString& id) const {
    return QDir(resumeFolder_).filePath(id + ".state");
}

void JobQueue::save() {
    const Status status = store_.save(model_.jobs(), paused_);
    if (!status && !std::exchange(saveFailed_, true))  // once, not at every change
        onProblem_(status.error());
    if (status)
        saveFailed_ = false;
}

void JobQueue::removeOrphanedResumeFiles() const {
    const QDir folder(resumeFolder_);
    for (const QString& name : folder.entryList({"*.state", "*.part"}, QDir::Files | QDir::Hidden))
        if (!name.endsWith(".state") || model_.rowOf(name.chopped(6)) < 0)
            QFile::remove(folder.filePath(name));
}

}  // namespace penjing::studio
