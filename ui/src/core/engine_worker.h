#pragma once

#include <QObject>
#include <atomic>
#include <functional>
#include <memory>
#include <stop_token>

#include "core/drawing_engine.h"
#include "core/job.h"

namespace penjing::studio {

// How the UI thread reaches into a run. Shared with the engine thread; all of it may be used from any thread.
struct RunControl {
    std::stop_source stop;
    std::stop_source keepEarly;
    std::atomic<bool> pauseAfterStep{false};
};

struct DrawTask {
    quint64 run = 0;  // names the run in every report about it
    QString jobId;
    DrawSettings settings;
    QString modelHash;   // of the loaded model
    QString resumePath;  // empty: neither resumed nor resumable
    std::shared_ptr<RunControl> control;
};

struct DrawnPicture {
    FinishedPicture picture;
    bool textFromCache = false;
    int stepsDrawn = 0;  // in this run; fewer than the recipe's if it was resumed or ended early
};

// Runs the engine, one request after the other, on the thread it lives on. Every request is answered exactly once,
// whatever the engine does, except that an engine which hangs never answers.
class EngineWorker : public QObject {
    Q_OBJECT
public:
    // onProgress is called on the worker's thread.
    using ProgressSink = std::function<void(quint64 run, const JobProgress& progress)>;
    EngineWorker(std::shared_ptr<DrawingEngine> engine, ProgressSink onProgress);

    void load(quint64 run, const QString& path, const EngineSettings& settings);
    void draw(const DrawTask& task);
    void verifyPicture(quint64 run, const QString& path, const std::shared_ptr<RunControl>& control);

signals:
    void loaded(quint64 run, const penjing::ModelInfo& info);
    void drawn(quint64 run, const penjing::studio::DrawnPicture& picture);
    void verified(quint64 run, const penjing::PictureVerdict& verdict);
    void failed(quint64 run, const penjing::Error& error);

private:
    Result<GenerateResult> drawOnce(const DrawTask& task, GenerateRequest request, int& stepsDrawn);
    void report(const DrawTask& task, const QByteArray& fingerprint, const Progress& progress);

    std::shared_ptr<DrawingEngine> engine_;
    ProgressSink onProgress_;
};

// As the engine reports it, with the preview in a form that can be shown.
JobProgress toJobProgress(const QString& jobId, const Progress& progress);

}  // namespace penjing::studio
