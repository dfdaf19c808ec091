#pragma once

#include <QObject>
#include <memory>
#include <utility>

#include "core/engine_worker.h"

class QThread;

namespace penjing::studio {

// The thread that the engine runs on, and its worker. A thread of low priority is low for good (without privileges
// nobody may raise it again), so another priority means another EngineThread. OpenMP's threads inherit it.
class EngineThread {
public:
    EngineThread(const std::shared_ptr<DrawingEngine>& engine, bool lowPriority, EngineWorker::ProgressSink onProgress);
    // Waits two seconds for the present call to end. A thread that hangs in it is left behind with all it uses.
    ~EngineThread();
    EngineThread(const EngineThread&) = delete;
    EngineThread& operator=(const EngineThread&) = delete;

    EngineWorker* worker() const { return worker_; }

    // Queues a call for the worker's thread.
    template <typename Call>
    void post(Call call) {
        QMetaObject::invokeMethod(worker_, std::move(call), Qt::QueuedConnection);
    }

private:
    QThread* thread_;
    EngineWorker* worker_;
};

}  // namespace penjing::studio
