#include "core/studio_controller_impl.h"

#include <QFileInfo>
#include <QUuid>
#include <utility>

#include "core/picture_name.h"
#include "core/run_estimator.h"

namespace penjing::studio {
namespace {

void registerSignalTypes() {
    qRegisterMetaType<ModelInfo>();
    qRegisterMetaType<Recipe>();
    qRegisterMetaType<PictureVerdict>();
    qRegisterMetaType<UserProblem>();
    qRegisterMetaType<DrawSettings>();
    qRegisterMetaType<JobProgress>();
    qRegisterMetaType<FinishedPicture>();
    qRegisterMetaType<RunEstimate>();
}

bool isOnDisk(const QString& path) {
    const QFileInfo file(path);
    return file.exists() || file.isSymLink();
}

}  // namespace

StudioController::Impl::Impl(StudioController* controller, std::unique_ptr<DrawingEngine> drawing, StudioFolders where)
    : q(controller),
      folders(std::move(where)),
      engine(std::move(drawing)),
      queue(folders.state,
            [this](const Error& error) { later([this, problem = describe(error)] { Q_EMIT q->problem(problem); }); }),
      estimates(engine, folders.state),
      runner(engine, engineSettings) {
    registerSignalTypes();
    connect(&runner, &EngineRunner::loaded, q, [this](const ModelInfo& info) { onLoaded(info); });
    connect(&runner, &EngineRunner::progressed, q, [this](const JobProgress& progress) { onProgress(progress); });
    connect(&runner, &EngineRunner::drawn, q, [this](const DrawnPicture& picture) { onDrawn(picture); });
    connect(&runner, &EngineRunner::verified, q, [this](const PictureVerdict& verdict) { onVerified(verdict); });
    connect(&runner, &EngineRunner::failed, q, [this](const Error& error) { onFailed(error); });
    connect(&runner, &EngineRunner::released, q, [this] { pump(); });
    connect(&runner, &EngineRunner::stuck, q, &StudioController::engineStuck);
    connect(&saver, &PictureSaver::saved, q, [this](const FinishedPicture& picture) { onSaved(picture); });
    connect(&saver, &PictureSaver::failed, q,
            [this](const FinishedPicture& picture, const Error& error) { onSaveFailed(picture, error); });
    connect(&estimates, &EstimateService::ready, q, &StudioController::estimateReady);
    connect(&estimates, &EstimateService::failed, q, &StudioController::estimateFailed);
    reportDamagedQueue(queue.restore());
}

StudioController::Impl::~Impl() {
    if (!isCurrent(Kind::Job))
        return;
    if (auto job = queue.model().find(current->id)) {
        job->finishedSteps = current->step;
        queue.update(*job);  // as Drawing, so that it is the first next time
    }
}

void StudioController::Impl::pump() {
    if (runner.isBusy() || current)
        return;
    if (startLoad() || startVerify() || startJob() || startLive()) {
        wasActive = wasActive || !isCurrent(Kind::Load);
        return;
    }
    if (!queue.nextWaiting() && std::exchange(wasActive, false))
        later([this] { Q_EMIT q->idle(); });
}

bool StudioController::Impl::startLoad() {
    const bool again = model && !(engineSettings == loadedSettings);
    if (!wantedModel && !again)
        return false;
    const QString path = wantedModel.value_or(modelPath);
    current = Current{.kind = Kind::Load, .path = path, .engine = engineSettings, .quiet = !wantedModel};
    wantedModel.reset();
    runner.load(path, engineSettings);
    return true;
}

bool StudioController::Impl::startVerify() {
    if (!model || wantedVerifications.isEmpty())
        return false;
    current = Current{.kind = Kind::Verify, .id = "verify", .path = wantedVerifications.takeFirst()};
    runner.verifyPicture(current->path);
    return true;
}

bool StudioController::Impl::startJob() {
    if (!model || queue.isPaused())
        return false;
    while (auto job = queue.nextWaiting()) {
        if (!job->settings.modelHash.isEmpty() && job->settings.modelHash != modelHash()) {
            fail(job->id, otherModel(job->settings.modelHash));
            continue;
        }
        job->state = JobState::Drawing;
        queue.showProgress(*job);
        current = Current{.kind = Kind::Job, .id = job->id, .settings = job->settings, .step = job->finishedSteps};
        runner.draw(job->id, job->settings, modelHash(), queue.resumePath(job->id));
        later([this, started = *job] { Q_EMIT q->jobStarted(started.id, started.settings, false); });
        return true;
    }
    return false;
}

bool StudioController::Impl::startLive() {
    if (!model || !wantedLive)
        return false;
    current = Current{.kind = Kind::Live, .id = QString("live-%1").arg(++liveCount), .settings = *wantedLive};
    wantedLive.reset();
    runner.draw(current->id, current->settings, modelHash(), QString());
    later([this, id = current->id, settings = current->settings] { Q_EMIT q->jobStarted(id, settings, true); });
    return true;
}

void StudioController::Impl::stopCurrent() {
    const QString id = current->id;
    current.reset();
    runner.drop();
    later([this, id] { Q_EMIT q->jobStopped(id); });
}

void StudioController::Impl::onLoaded(const ModelInfo& info) {
    const Current loaded = *std::exchange(current, std::nullopt);
    model = info;
    modelPath = loaded.path;
    loadedSettings = loaded.engine;
    estimates.rememberModel(info);
    if (wantedEstimate)
        q->requestEstimate(*std::exchange(wantedEstimate, std::nullopt));
    if (!loaded.quiet)
        Q_EMIT q->modelLoaded(info, loaded.path);
}

void StudioController::Impl::onProgress(const JobProgress& progress) {
    const bool isNewStep = progress.step != current->step;
    current->step = progress.step;
    if (auto job = queue.model().find(current->id); job && isNewStep) {
        job->finishedSteps = progress.step;
        queue.showProgress(*job);
    }
    Q_EMIT q->progressed(progress);
}

void StudioController::Impl::onDrawn(const DrawnPicture& drawn) {
    const Current finished = *std::exchange(current, std::nullopt);
    estimates.learn(drawn, *model, loadedSettings);
    FinishedPicture picture = drawn.picture;
    if (auto job = queue.model().find(finished.id)) {
        if (isOnDisk(job->picturePath)) {  // somebody else's, made meanwhile
            job->picturePath = freePath(folders.pictures, QFileInfo(job->picturePath).fileName(),
                                        queue.picturePaths() + saver.busyPaths());
            queue.update(*job);
        }
        picture.path = job->picturePath;
        saver.save(picture, writeRecipes);
    }
    Q_EMIT q->pictureDrawn(picture);
}

void StudioController::Impl::onVerified(const PictureVerdict& verdict) {
    const Current finished = *std::exchange(current, std::nullopt);
    Q_EMIT q->verified(finished.path, verdict);
}

void StudioController::Impl::onFailed(const Error& error) {
    const Current failed = *std::exchange(current, std::nullopt);
    const UserProblem problem = describe(error);
    switch (failed.kind) {
        case Kind::Load:
            if (failed.quiet)
                loadedSettings = failed.engine;  // the model stays as it is; trying again would not help
            Q_EMIT q->modelFailed(failed.path, problem);
            return;
        case Kind::Verify:
            Q_EMIT q->problem(problem);
            return;
        case Kind::Live:
            Q_EMIT q->jobFailed(failed.id, problem);
            return;
        case Kind::Job:
            break;
    }
    if (error.code != ErrorCode::Cancelled) {
        fail(failed.id, problem);
        return;
    }
    settle(failed.id, failed.pauseAsked ? JobState::Waiting : JobState::Stopped, failed.step);
    Q_EMIT q->jobStopped(failed.id);
}

void StudioController::Impl::onSaved(const FinishedPicture& picture) {
    // Only now: if the program ends between writing and this, the picture at the job's path tells that it is done.
    if (queue.model().rowOf(picture.jobId) >= 0) {
        queue.remove(picture.jobId);
        runner.removeFile(queue.resumePath(picture.jobId));
    }
    Q_EMIT q->pictureSaved(picture.jobId, picture.path, picture.recipe);
}

void StudioController::Impl::onSaveFailed(const FinishedPicture& picture, const Error& error) {
    UserProblem problem = describe(error);
    if (queue.model().rowOf(picture.jobId) < 0) {
        Q_EMIT q->problem(problem);
        return;
    }
    problem.sentence = StudioController::tr("The picture is drawn but could not be saved.");
    problem.advice = StudioController::tr(
        "Make room on the disk or choose another pictures folder in the settings, then press Retry: it "
        "is saved without being drawn again.");
    unsaved[picture.jobId] = picture;
    fail(picture.jobId, problem);
}

void StudioController::Impl::saveAgain(Job job) {
    FinishedPicture picture = unsaved.take(job.id);
    QStringList taken = queue.picturePaths() + saver.busyPaths();
    taken.removeOne(job.picturePath);
    job.picturePath = freePath(folders.pictures, QFileInfo(job.picturePath).fileName(), taken);
    job.state = JobState::Drawing;
    job.problem.clear();
    queue.update(job);
    picture.path = job.picturePath;
    saver.save(picture, writeRecipes);
}

Job StudioController::Impl::newJob(const DrawSettings& settings, const QStringList& taken) const {
    Job job;
    job.id = QUuid::createUuid().toString(QUuid::WithoutBraces);
    job.settings = settings;
    job.picturePath = freePicturePath(settings, taken);
    return job;
}

QString StudioController::Impl::freePicturePath(const DrawSettings& settings, const QStringList& taken) const {
    DrawSettings complete = settings;
    if (model) {
        const GenerateRequest request = completed(toRequest(settings), *model);
        complete.width = request.width;
        complete.height = request.height;
        complete.steps = request.steps;
    }
    const QString name = pictureName(fileNamePattern, complete, model ? QString::fromStdString(model->name) : QString(),
                                     QDateTime::currentDateTime());
    return freePath(folders.pictures, name, taken + saver.busyPaths());
}

void StudioController::Impl::settle(const QString& id, JobState state, int finishedSteps) {
    auto job = queue.model().find(id);
    if (!job)
        return;
    job->state = state;
    job->finishedSteps = finishedSteps;
    job->problem.clear();
    queue.update(*job);
}

void StudioController::Impl::fail(const QString& id, const UserProblem& problem) {
    auto job = queue.model().find(id);
    if (!job)
        return;
    job->state = JobState::Failed;
    job->problem = problem.sentence + u' ' + problem.advice;
    queue.update(*job);
    later([this, id, problem] { Q_EMIT q->jobFailed(id, problem); });
}

void StudioController::Impl::reportDamagedQueue(const QString& copy) {
    if (copy.isEmpty())
        return;
    const UserProblem problem{StudioController::tr("Part of the queue could not be read."),
                              StudioController::tr("What could be read is there; the file was kept as %1.").arg(copy),
                              {}};
    later([this, problem] { Q_EMIT q->problem(problem); });
}

UserProblem StudioController::Impl::otherModel(const QString& hash) const {
    const QString known = estimates.modelName(hash);
    const QString name =
        known.isEmpty() ? StudioController::tr("with the checksum %1").arg(hash.left(12)) : QString("“%1”").arg(known);
    return {
        StudioController::tr("This picture was asked of the model %1, which is not the one that is loaded.").arg(name),
        StudioController::tr("Choose that model and press Retry, or use its settings with the present one."),
        {}};
}

}  // namespace penjing::studio
