#include "core/studio_controller.h"

#include "core/picture_name.h"
#include "core/studio_controller_impl.h"

namespace penjing::studio {

StudioController::StudioController(std::unique_ptr<DrawingEngine> engine, StudioFolders folders, QObject* parent)
    : QObject(parent), impl_(std::make_unique<Impl>(this, std::move(engine), std::move(folders))) {}

StudioController::~StudioController() = default;

QueueModel* StudioController::queue() const {
    return &impl_->queue.model();
}

bool StudioController::isDrawing() const {
    return impl_->current && !impl_->isCurrent(Impl::Kind::Load);
}

bool StudioController::isPaused() const {
    return impl_->queue.isPaused();
}

QString StudioController::currentJobId() const {
    return isDrawing() ? impl_->current->id : QString();
}

const StudioFolders& StudioController::folders() const {
    return impl_->folders;
}

void StudioController::loadModel(const QString& packPath) {
    impl_->wantedModel = packPath;
    impl_->pump();
}

std::optional<ModelInfo> StudioController::model() const {
    return impl_->model;
}

QString StudioController::kernelSetName() const {
    return impl_->engine->kernelSetName();
}

void StudioController::setEngineSettings(const EngineSettings& settings) {
    impl_->engineSettings = settings;
    impl_->pump();
}

void StudioController::setFileNamePattern(const QString& pattern) {
    impl_->fileNamePattern = pattern;
}

void StudioController::setWriteRecipes(bool write) {
    impl_->writeRecipes = write;
}

void StudioController::setPicturesFolder(const QString& folder) {
    impl_->folders.pictures = folder;
}

QStringList StudioController::enqueue(const QList<DrawSettings>& settings, bool next) {
    QStringList taken = impl_->queue.picturePaths() + impl_->saver.busyPaths();
    QList<Job> jobs;
    QStringList ids;
    for (const DrawSettings& one : settings) {
        jobs.append(impl_->newJob(one, taken));
        taken.append(jobs.back().picturePath);
        ids.append(jobs.back().id);
    }
    impl_->queue.add(jobs, next);
    if (!isPaused())
        cancelLive();
    impl_->pump();
    return ids;
}

void StudioController::removeJob(const QString& id) {
    if (impl_->queue.model().rowOf(id) < 0)
        return;
    if (impl_->isCurrent(Impl::Kind::Job) && impl_->current->id == id)
        impl_->stopCurrent();
    impl_->queue.remove(id);
    impl_->unsaved.remove(id);
    impl_->runner.removeFile(impl_->queue.resumePath(id));
    impl_->pump();
}

void StudioController::moveJob(const QString& id, int position) {
    impl_->queue.move(id, position);
}

void StudioController::retryJob(const QString& id) {
    const auto job = impl_->queue.model().find(id);
    if (!job || (job->state != JobState::Failed && job->state != JobState::Stopped))
        return;
    if (impl_->unsaved.contains(id))
        impl_->saveAgain(*job);
    else
        impl_->settle(id, JobState::Waiting, job->finishedSteps);
    impl_->pump();
}

void StudioController::setPaused(bool paused) {
    if (paused == isPaused())
        return;
    impl_->queue.setPaused(paused);
    if (impl_->isCurrent(Impl::Kind::Job)) {
        impl_->current->pauseAsked |= paused;
        impl_->runner.stopAfterStep(paused);
    }
    impl_->pump();
}

void StudioController::stop() {
    if (!isDrawing())
        return;
    const Impl::Current stopped = *impl_->current;
    impl_->stopCurrent();
    if (stopped.kind == Impl::Kind::Job)
        impl_->settle(stopped.id, JobState::Stopped, stopped.step);
    else if (stopped.kind == Impl::Kind::Live)
        impl_->wantedLive.reset();
}

void StudioController::keepEarly() {
    if (impl_->isCurrent(Impl::Kind::Job) || impl_->isCurrent(Impl::Kind::Live))
        impl_->runner.keepEarly();
}

void StudioController::drawLive(const DrawSettings& settings) {
    impl_->wantedLive = settings;
    if (impl_->isCurrent(Impl::Kind::Live))
        impl_->stopCurrent();
    impl_->pump();
}

void StudioController::cancelLive() {
    impl_->wantedLive.reset();
    if (impl_->isCurrent(Impl::Kind::Live))
        impl_->stopCurrent();
}

void StudioController::savePicture(const FinishedPicture& picture) {
    FinishedPicture placed = picture;
    placed.path = impl_->freePicturePath(fromRecipe(picture.recipe), impl_->queue.picturePaths());
    impl_->saver.save(placed, impl_->writeRecipes);
}

void StudioController::requestEstimate(const DrawSettings& settings) {
    if (impl_->model)
        impl_->estimates.request(settings, *impl_->model, impl_->engineSettings);
    else
        impl_->wantedEstimate = settings;
}

void StudioController::verifyPicture(const QString& path) {
    impl_->wantedVerifications.append(path);
    impl_->pump();
}

}  // namespace penjing::studio
