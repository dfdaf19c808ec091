#include "core/engine_worker.h"

#include <algorithm>

#include "core/guarded.h"
#include "core/picture_image.h"
#include "core/resume_file.h"

namespace penjing::studio {
namespace {

QStringList toStringList(const std::vector<std::string>& words) {
    QStringList list;
    for (const std::string& word : words) list.append(QString::fromStdString(word));
    return list;
}

FinishedPicture finishedPicture(const QString& jobId, QImage image, const GenerateResult& result) {
    FinishedPicture picture;
    picture.jobId = jobId;
    picture.image = std::move(image);
    picture.recipe = result.recipe;
    picture.seconds = result.seconds;
    picture.peakResidentBytes = result.peakResidentBytes;
    picture.unknownWords = toStringList(result.unknownWords);
    picture.promptTruncated = result.promptTruncated;
    return picture;
}

}  // namespace

JobProgress toJobProgress(const QString& jobId, const Progress& progress) {
    return {jobId,
            progress.phase,
            progress.step,
            progress.steps,
            progress.elapsedSeconds,
            progress.remainingSeconds,
            progress.preview ? toQImage(*progress.preview) : QImage()};
}

EngineWorker::EngineWorker(std::shared_ptr<DrawingEngine> engine, ProgressSink onProgress)
    : engine_(std::move(engine)), onProgress_(std::move(onProgress)) {}

void EngineWorker::load(quint64 run, const QString& path, const EngineSettings& settings) {
    const Result<ModelInfo> info = guarded([&] { return engine_->load(path, settings); });
    if (info)
        Q_EMIT loaded(run, *info);
    else
        Q_EMIT failed(run, info.error());
}

void EngineWorker::draw(const DrawTask& task) {
    int stepsDrawn = 0;
    const Result<GenerateResult> result = guarded([&]() -> Result<GenerateResult> {
        GenerateRequest request = toRequest(task.settings);
        request.finishEarly = task.control->keepEarly.get_token();
        if (!task.resumePath.isEmpty())
            request.resumeFrom = readResumeFile(
                task.resumePath, resumeFingerprint(task.settings, task.modelHash, engine_->kernelSetName()));
        const bool resumed = request.resumeFrom.has_value();
        Result<GenerateResult> picture = drawOnce(task, request, stepsDrawn);
        if (!resumed || picture || picture.error().code != ErrorCode::Usage)
            return picture;
        request.resumeFrom.reset();  // a state that the model does not take: from the beginning, then
        return drawOnce(task, std::move(request), stepsDrawn);
    });
    if (!result) {
        Q_EMIT failed(task.run, result.error());
        return;
    }
    QImage image = toQImage(result.value().image);
    if (image.isNull())
        Q_EMIT failed(task.run, Error{ErrorCode::Internal, "the engine returned no picture"});
    else
        Q_EMIT drawn(task.run, {finishedPicture(task.jobId, std::move(image), *result), result.value().textFromCache,
                                stepsDrawn});
}

Result<GenerateResult> EngineWorker::drawOnce(const DrawTask& task, GenerateRequest request, int& stepsDrawn) {
    const QByteArray fingerprint = resumeFingerprint(task.settings, task.modelHash, engine_->kernelSetName());
    const int firstStep = request.resumeFrom ? request.resumeFrom->step : 0;
    return engine_->draw(request, task.control->stop.get_token(), [&](const Progress& progress) {
        stepsDrawn = std::max(0, progress.step - firstStep);
        report(task, fingerprint, progress);
    });
}

void EngineWorker::report(const DrawTask& task, const QByteArray& fingerprint, const Progress& progress) {
    if (progress.state && !task.resumePath.isEmpty())
        writeResumeFile(task.resumePath, fingerprint, *progress.state);
    onProgress_(task.run, toJobProgress(task.jobId, progress));
    if (progress.state && task.control->pauseAfterStep)
        task.control->stop.request_stop();
}

void EngineWorker::verifyPicture(quint64 run, const QString& path, const std::shared_ptr<RunControl>& control) {
    const Result<PictureVerdict> verdict = guarded([&] {
        return engine_->verifyPicture(path, control->stop.get_token(), [&](const Progress& progress) {
            onProgress_(run, toJobProgress("verify", progress));
        });
    });
    if (verdict)
        Q_EMIT verified(run, *verdict);
    else
        Q_EMIT failed(run, verdict.error());
}

}  // namespace penjing::studio
