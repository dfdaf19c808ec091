#include "core/queue_store.h"

#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSet>
#include <QUuid>

#include "core/json_fields.h"
#include "core/picture_name.h"
#include "penjing/image.h"

namespace penjing::studio {
namespace {

constexpr int kVersion = 1;
constexpr qint64 kMostBytes = 256 << 20;
constexpr int kLongestPath = 4096;
constexpr int kLongestProblem = 4096;
constexpr int kMostSteps = 1000;

QString nameOf(JobState state) {
    switch (state) {
        case JobState::Stopped:
            return "stopped";
        case JobState::Failed:
            return "failed";
        case JobState::Drawing:
            return "drawing";
        case JobState::Waiting:
            break;
    }
    return "waiting";
}

std::optional<JobState> stateNamed(const QString& name) {
    for (const JobState state : {JobState::Waiting, JobState::Drawing, JobState::Stopped, JobState::Failed})
        if (nameOf(state) == name)
            return state;
    return std::nullopt;
}

QJsonObject toJson(const Job& job) {
    return {{"id", job.id},
            {"settings", toJson(job.settings)},
            {"state", nameOf(job.state)},
            {"finishedSteps", job.finishedSteps},
            {"picture", job.picturePath},
            {"problem", job.problem.left(kLongestProblem / 4)}};
}

// The id names a file, so nothing but a UUID will do.
bool isJobId(const QString& id) {
    const QUuid uuid = QUuid::fromString(id);
    return !uuid.isNull() && uuid.toString(QUuid::WithoutBraces) == id;
}

bool isPicturePath(const QString& path) {
    return QDir::isAbsolutePath(path) && path.endsWith(".png") && !path.contains(QChar(u'\0'));
}

std::optional<Job> jobFromJson(const QJsonObject& json) {
    const auto id = jsonText(json, u"id", 64);
    const auto settings = drawSettingsFromJson(json.value(u"settings").toObject());
    const auto state = stateNamed(json.value(u"state").toString());
    const auto steps = jsonInteger(json, u"finishedSteps", 0, kMostSteps);
    const auto path = jsonText(json, u"picture", kLongestPath);
    const auto problem = jsonText(json, u"problem", kLongestProblem);
    if (!id || !settings || !state || !steps || !path || !problem || !isJobId(*id) || !isPicturePath(*path))
        return std::nullopt;
    return Job{*id, *settings, *state, *steps, *path, *problem};
}

// False if anything was left out.
bool readJobs(const QByteArray& text, StoredQueue& queue) {
    const QJsonObject root = QJsonDocument::fromJson(text).object();
    if (jsonInteger(root, u"version", kVersion, kVersion) != kVersion || !root.value(u"jobs").isArray())
        return false;
    queue.paused = root.value(u"paused").toBool();
    bool whole = true;
    QSet<QString> ids;
    for (const QJsonValue& value : root.value(u"jobs").toArray()) {
        const auto job = jobFromJson(value.toObject());
        if (job && !ids.contains(job->id)) {
            ids.insert(job->id);
            queue.jobs.append(*job);
        } else {
            whole = false;
        }
    }
    return whole;
}

}  // namespace

QueueStore::QueueStore(QString stateFolder)
    : folder_(std::move(stateFolder)), file_(QDir(folder_).filePath("queue.json")) {}

StoredQueue QueueStore::load() const {
    StoredQueue queue;
    QFile file(file_);
    if (!file.exists())
        return queue;
    const bool readable = file.open(QIODevice::ReadOnly) && file.size() <= kMostBytes;
    if (readable && readJobs(file.readAll(), queue))
        return queue;
    file.close();
    const QString name = QString("queue-damaged-%1.json").arg(QDateTime::currentDateTime().toString("yyyyMMdd-HHmmss"));
    queue.damagedCopy = freePath(folder_, name);
    QFile::rename(file_, queue.damagedCopy);
    return queue;
}

Status QueueStore::save(const QList<Job>& jobs, bool paused) const {
    QJsonArray array;
    for (const Job& job : jobs) array.append(toJson(job));
    const QByteArray text =
        QJsonDocument(QJsonObject{{"version", kVersion}, {"paused", paused}, {"jobs", array}}).toJson();
    QDir().mkpath(folder_);
    return writeFileAtomically(QFile::encodeName(file_).toStdString(), {text.begin(), text.end()});
}

}  // namespace penjing::studio
