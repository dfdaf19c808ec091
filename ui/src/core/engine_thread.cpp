#include "core/engine_thread.h"

#include <QThread>

#include "core/thread_priority.h"

namespace penjing::studio {
namespace {

constexpr unsigned long kPatienceMilliseconds = 2000;

}  // namespace

EngineThread::EngineThread(const std::shared_ptr<DrawingEngine>& engine, bool lowPriority,
                           EngineWorker::ProgressSink onProgress)
    : thread_(new QThread), worker_(new EngineWorker(engine, std::move(onProgress))) {
    thread_->setObjectName("engine");
    worker_->moveToThread(thread_);
    if (lowPriority)
        QObject::connect(thread_, &QThread::started, worker_, [] { lowerThreadPriority(); });
    QObject::connect(thread_, &QThread::finished, worker_, &QObject::deleteLater);
    thread_->start();
}

EngineThread::~EngineThread() {
    thread_->quit();
    if (thread_->wait(kPatienceMilliseconds))
        delete thread_;
}

}  // namespace penjing::studio
