#include "core/engine_runner.h"

#include <QFile>
#include <utility>

namespace penjing::studio {
namespace {

constexpr int kPatienceMilliseconds = 5000;

}  // namespace

EngineRunner::EngineRunner(std::shared_ptr<DrawingEngine> engine, const EngineSettings& settings)
    : engine_(std::move(engine)),
      control_(std::make_shared<RunControl>()),
      mailbox_(std::make_shared<ProgressMailbox>()) {
    patience_.setSingleShot(true);
    patience_.setInterval(kPatienceMilliseconds);
    connect(&patience_, &QTimer::timeout, this, &EngineRunner::stuck);
    connect(mailbox_.get(), &ProgressMailbox::delivered, this, [this](quint64 run, const JobProgress& progress) {
        if (run == run_ && !dropped_)
            Q_EMIT progressed(progress);
    });
    startThread(settings.responsive);
}

EngineRunner::~EngineRunner() {
    control_->stop.request_stop();
}

void EngineRunner::startThread(bool lowPriority) {
    thread_.reset();
    lowPriority_ = lowPriority;
    thread_ = std::make_unique<EngineThread>(
        engine_, lowPriority,
        [mailbox = mailbox_](quint64 run, const JobProgress& progress) { mailbox->put(run, progress); });
    const EngineWorker* worker = thread_->worker();
    connect(worker, &EngineWorker::loaded, this,
            [this](quint64 run, const ModelInfo& info) { finish(run, &EngineRunner::loaded, info); });
    connect(worker, &EngineWorker::drawn, this,
            [this](quint64 run, const DrawnPicture& picture) { finish(run, &EngineRunner::drawn, picture); });
    connect(worker, &EngineWorker::verified, this,
            [this](quint64 run, const PictureVerdict& verdict) { finish(run, &EngineRunner::verified, verdict); });
    connect(worker, &EngineWorker::failed, this,
            [this](quint64 run, const Error& error) { finish(run, &EngineRunner::failed, error); });
}

void EngineRunner::load(const QString& path, const EngineSettings& settings) {
    if (settings.responsive != lowPriority_)
        startThread(settings.responsive);
    thread_->post([worker = thread_->worker(), run = begin(), path, settings] { worker->load(run, path, settings); });
}

void EngineRunner::draw(const QString& jobId, const DrawSettings& settings, const QString& modelHash,
                        const QString& resumePath) {
    const quint64 run = begin();
    thread_->post([worker = thread_->worker(), task = DrawTask{run, jobId, settings, modelHash, resumePath, control_}] {
        worker->draw(task);
    });
}

void EngineRunner::verifyPicture(const QString& path) {
    const quint64 run = begin();
    thread_->post(
        [worker = thread_->worker(), run, path, control = control_] { worker->verifyPicture(run, path, control); });
}

void EngineRunner::drop() {
    if (!isBusy() || dropped_)
        return;
    dropped_ = true;
    control_->stop.request_stop();
    patience_.start();
}

void EngineRunner::keepEarly() {
    control_->keepEarly.request_stop();
}

void EngineRunner::stopAfterStep(bool stop) {
    control_->pauseAfterStep = stop;
}

void EngineRunner::removeFile(const QString& path) {
    thread_->post([path] { QFile::remove(path); });
}

quint64 EngineRunner::begin() {
    Q_ASSERT(!isBusy());
    control_ = std::make_shared<RunControl>();
    dropped_ = false;
    run_ = ++lastRun_;
    return run_;
}

bool EngineRunner::end(quint64 run) {
    if (run != run_)
        return false;
    run_ = 0;
    patience_.stop();
    return !std::exchange(dropped_, false);
}

template <typename Signal, typename Value>
void EngineRunner::finish(quint64 run, Signal signal, const Value& value) {
    mailbox_->flush();  // the last progress comes before the end
    if (end(run))
        Q_EMIT(this->*signal)(value);
    Q_EMIT released();
}

}  // namespace penjing::studio
