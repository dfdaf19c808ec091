#include "core/progress_mailbox.h"

#include <utility>

namespace penjing::studio {
namespace {

constexpr int kMilliseconds = 50;

}  // namespace

ProgressMailbox::ProgressMailbox(QObject* parent) : QObject(parent) {
    pause_.setSingleShot(true);
    connect(&pause_, &QTimer::timeout, this, &ProgressMailbox::flush);
}

void ProgressMailbox::put(quint64 run, const JobProgress& progress) {
    const std::lock_guard lock(mutex_);
    QImage preview;  // one that nobody has seen yet stays if the newer report has none
    if (waiting_ && waiting_->run == run && progress.preview.isNull())
        preview = waiting_->progress.preview;
    waiting_ = Letter{run, progress};
    if (!preview.isNull())
        waiting_->progress.preview = preview;
    if (!std::exchange(announced_, true))
        QMetaObject::invokeMethod(this, &ProgressMailbox::deliver, Qt::QueuedConnection);
}

void ProgressMailbox::deliver() {
    const qint64 since = sinceLast_.isValid() ? sinceLast_.elapsed() : kMilliseconds;
    if (since >= kMilliseconds)
        flush();
    else
        pause_.start(static_cast<int>(kMilliseconds - since));
}

void ProgressMailbox::flush() {
    std::optional<Letter> letter;
    {
        const std::lock_guard lock(mutex_);
        letter = std::exchange(waiting_, std::nullopt);
        announced_ = false;
    }
    pause_.stop();
    if (!letter)
        return;
    sinceLast_.start();
    Q_EMIT delivered(letter->run, letter->progress);
}

}  // namespace penjing::studio
