#pragma once

#include <QObject>
#include <QStringList>
#include <memory>

#include "core/drawing_engine.h"
#include "core/job.h"
#include "core/run_estimate.h"
#include "core/user_problem.h"

namespace penjing::studio {

class QueueModel;

struct StudioFolders {
    QString pictures;  // finished pictures, one PNG each, recipe inside
    QString state;     // queue file, resume files, measurements
};

// Owns the queue, the request ids, the engine thread and the save pool. Lives on the UI thread; no call blocks longer
// than writing a small file. Everything it reports is a queued signal on the UI thread; reports of jobs that are no
// longer current are dropped. What the queue holds survives closing and kill -9: it is written, whole, before a call
// that changes it returns.
class StudioController : public QObject {
    Q_OBJECT
public:
    // Takes the engine over. Reads the queue left by the last run; its interrupted job is first in line and waits for
    // loadModel. An unreadable queue file is put aside under another name and reported, never deleted.
    StudioController(std::unique_ptr<DrawingEngine> engine, StudioFolders folders, QObject* parent = nullptr);
    // Stops the job being drawn (it stays in the queue), waits for pictures being saved, and for the engine for at most
    // two seconds.
    ~StudioController() override;

    QueueModel* queue() const;  // Waiting, Drawing, Stopped and Failed jobs, in order of drawing
    bool isDrawing() const;
    bool isPaused() const;
    QString currentJobId() const;  // empty if none is drawn
    const StudioFolders& folders() const;

    // Asynchronous: modelLoaded or modelFailed follows. Jobs wait until a model is there; a job made for another model
    // is reported as failed with a sentence that names it.
    void loadModel(const QString& packPath);
    std::optional<ModelInfo> model() const;
    QString kernelSetName() const;
    void setEngineSettings(const EngineSettings& settings);  // from the next job on
    void setFileNamePattern(const QString& pattern);         // see pictureName(); from the next job on
    void setWriteRecipes(bool write);
    void setPicturesFolder(
        const QString& folder);  // from the next job on, and for saving again what could not be saved

    // Adds jobs at the end (next: as the next one) and starts drawing if nothing is drawn and the queue is not paused.
    // Returns the ids.
    QStringList enqueue(const QList<DrawSettings>& settings, bool next = false);
    void removeJob(const QString& id);  // of the job being drawn: stops and removes it
    void moveJob(const QString& id, int position);
    // A failed or stopped job waits again. One that was drawn but could not be saved is only saved again.
    void retryJob(const QString& id);
    // The job being drawn ends after its present step (jobStopped) and waits at its place. Survives closing, too.
    void setPaused(bool paused);

    // Stops the picture being drawn, live or queued, or verified: jobStopped follows. A queued one stays as Stopped,
    // and the next one starts unless the queue is paused. The model stays loaded.
    void stop();
    // Ends the picture being drawn after its present step and decodes it as it is expected to become.
    void keepEarly();

    // Live drawing: the latest request wins, a running live one is stopped; queued jobs go before. Not kept on disk.
    void drawLive(const DrawSettings& settings);
    void cancelLive();
    // Writes a picture that is not on disk yet (a live one) into the pictures folder: pictureSaved or problem follows.
    void savePicture(const FinishedPicture& picture);

    // What the settings would take with the loaded model: estimateReady follows, for the latest request only.
    void requestEstimate(const DrawSettings& settings);

    // Draws a picture again and compares, after the job being drawn: verified or problem follows. Progress as of a job
    // with the id "verify".
    void verifyPicture(const QString& path);

signals:
    void modelLoaded(const penjing::ModelInfo& info, const QString& path);
    void modelFailed(const QString& path, const penjing::studio::UserProblem& problem);
    void jobStarted(const QString& id, const penjing::studio::DrawSettings& settings, bool live);
    void progressed(const penjing::studio::JobProgress& progress);
    void jobStopped(const QString& id);
    void jobFailed(const QString& id, const penjing::studio::UserProblem& problem);
    void pictureDrawn(const penjing::studio::FinishedPicture& picture);  // on the canvas at once; saved next
    void pictureSaved(const QString& jobId, const QString& path, const penjing::Recipe& recipe);
    void estimateReady(const penjing::studio::DrawSettings& settings, const penjing::studio::RunEstimate& estimate);
    void estimateFailed(const penjing::studio::DrawSettings& settings, const penjing::studio::UserProblem& problem);
    void verified(const QString& path, const penjing::PictureVerdict& verdict);
    void problem(const penjing::studio::UserProblem& problem);
    void idle();  // nothing is drawn and nothing waits
    // The engine has not answered a stop for some seconds; the window stays usable and says so.
    void engineStuck();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing::studio
