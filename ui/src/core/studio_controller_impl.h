#pragma once

#include <QHash>
#include <QStringList>
#include <optional>

#include "core/engine_runner.h"
#include "core/estimate_service.h"
#include "core/job_queue.h"
#include "core/picture_saver.h"
#include "core/studio_controller.h"

namespace penjing::studio {

// Decides what the engine does next, and what its answers mean for the queue.
struct StudioController::Impl {
    enum class Kind { Load, Job, Live, Verify };
    // What the engine is asked for, as long as anybody wants the answer.
    struct Current {
        Kind kind = Kind::Job;
        QString id = {};  // of the job, of the live drawing, or "verify"
        DrawSettings settings = {};
        QString path = {};           // of the pack or of the picture to verify
        EngineSettings engine = {};  // that the pack is loaded with
        bool quiet = false;          // a model that is loaded again, with other settings
        bool pauseAsked = false;     // so that being cancelled means waiting
        int step = 0;
    };

    Impl(StudioController* controller, std::unique_ptr<DrawingEngine> engine, StudioFolders where);
    ~Impl();

    // The next thing to do, if the engine is free.
    void pump();
    bool startLoad();
    bool startVerify();
    bool startJob();
    bool startLive();
    void stopCurrent();  // nobody wants it any more; does not touch the queue

    void onLoaded(const ModelInfo& info);
    void onProgress(const JobProgress& progress);
    void onDrawn(const DrawnPicture& drawn);
    void onVerified(const PictureVerdict& verdict);
    void onFailed(const Error& error);
    void onSaved(const FinishedPicture& picture);
    void onSaveFailed(const FinishedPicture& picture, const Error& error);

    void saveAgain(Job job);

    bool isCurrent(Kind kind) const { return current && current->kind == kind; }
    QString modelHash() const { return model ? QString::fromStdString(model->hash) : QString(); }
    Job newJob(const DrawSettings& settings, const QStringList& taken) const;
    QString freePicturePath(const DrawSettings& settings, const QStringList& taken) const;
    void settle(const QString& id, JobState state, int finishedSteps);
    void fail(const QString& id, const UserProblem& problem);
    void reportDamagedQueue(const QString& copy);
    UserProblem otherModel(const QString& hash) const;

    // Emits from the event loop, so that no slot runs inside a call of the controller.
    template <typename Emission>
    void later(Emission emission) {
        QMetaObject::invokeMethod(q, std::move(emission), Qt::QueuedConnection);
    }

    StudioController* q;
    StudioFolders folders;
    std::shared_ptr<DrawingEngine> engine;
    EngineSettings engineSettings;
    EngineSettings loadedSettings;  // those that the model was loaded with
    QString fileNamePattern = "{prompt}-{seed}";
    bool writeRecipes = true;

    std::optional<ModelInfo> model;
    QString modelPath;
    std::optional<Current> current;
    bool wasActive = false;  // something was drawn since the last idle()

    // What waits, beside the queue.
    std::optional<QString> wantedModel;
    QStringList wantedVerifications;
    std::optional<DrawSettings> wantedLive;
    std::optional<DrawSettings> wantedEstimate;  // asked for before a model was there
    quint64 liveCount = 0;

    QHash<QString, FinishedPicture> unsaved;  // drawn, but not written: by job
    JobQueue queue;
    EstimateService estimates;
    PictureSaver saver;
    EngineRunner runner;
};

}  // namespace penjing::studio
