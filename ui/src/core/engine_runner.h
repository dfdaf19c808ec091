#pragma once

#include <QObject>
#include <QTimer>
#include <memory>

#include "core/engine_thread.h"
#include "core/progress_mailbox.h"

namespace penjing::studio {

// One engine, one run at a time. Gives every run an id and its own stop source; what is reported about a run that was
// dropped goes no further. UI thread.
class EngineRunner : public QObject {
    Q_OBJECT
public:
    EngineRunner(std::shared_ptr<DrawingEngine> engine, const EngineSettings& settings);
    ~EngineRunner() override;  // stops the run and waits for the engine at most two seconds

    bool isBusy() const { return run_ != 0; }  // with a dropped run, too, until the engine has let go of it

    // Only when not busy. loaded, drawn, verified or failed follows; then released.
    void load(const QString& path, const EngineSettings& settings);
    void draw(const QString& jobId, const DrawSettings& settings, const QString& modelHash, const QString& resumePath);
    void verifyPicture(const QString& path);

    void drop();       // stops the present run and hears no more of it but released
    void keepEarly();  // decodes it after its present step
    void stopAfterStep(
        bool stop);  // fails as Cancelled after its present step; false takes that back if it is not too late
    void removeFile(const QString& path);  // when the run, which may be writing it, has ended

signals:
    void loaded(const penjing::ModelInfo& info);
    void progressed(const penjing::studio::JobProgress& progress);
    void drawn(const penjing::studio::DrawnPicture& picture);
    void verified(const penjing::PictureVerdict& verdict);
    void failed(const penjing::Error& error);
    void released();
    void stuck();  // the engine has not answered a drop for some seconds

private:
    void startThread(bool lowPriority);
    quint64 begin();
    // Ends the run; false if it was dropped, or is not the present one.
    bool end(quint64 run);
    template <typename Signal, typename Value>
    void finish(quint64 run, Signal signal, const Value& value);

    std::shared_ptr<DrawingEngine> engine_;
    std::shared_ptr<RunControl> control_;
    std::shared_ptr<ProgressMailbox> mailbox_;  // an engine thread that is left behind may still write into it
    std::unique_ptr<EngineThread> thread_;
    QTimer patience_;
    bool lowPriority_ = false;
    bool dropped_ = false;
    quint64 lastRun_ = 0;
    quint64 run_ = 0;  // 0: none
};

}  // namespace penjing::studio
