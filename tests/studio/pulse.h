#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <algorithm>
#include <ctime>

namespace penjing::studio {

// How long the UI thread was busy with something else: a timer that should ring every 5 ms, and how late it came. Late
// by the clock on the wall or, if that is less, by the processor time of all threads: a machine that others share may
// stop the whole process for a while, which is not the program's doing.
class Pulse : public QObject {
public:
    Pulse() {
        timer_.setTimerType(Qt::PreciseTimer);
        timer_.setInterval(intervalMilliseconds);
        connect(&timer_, &QTimer::timeout, this, [this] { ring(); });
    }

    void start() {
        sinceLast_.start();
        processorThen_ = processorMilliseconds();
        timer_.start();
    }
    void stop() { timer_.stop(); }
    qint64 longestMilliseconds() const { return longest_; }

private:
    static qint64 processorMilliseconds() { return static_cast<qint64>(std::clock()) * 1000 / CLOCKS_PER_SEC; }
    void ring() {
        const qint64 now = processorMilliseconds();
        const qint64 late = std::min(sinceLast_.restart() - intervalMilliseconds, now - processorThen_);
        processorThen_ = now;
        longest_ = std::max(longest_, late);
    }

    static constexpr int intervalMilliseconds = 5;
    QTimer timer_;
    QElapsedTimer sinceLast_;
    qint64 processorThen_ = 0;
    qint64 longest_ = 0;
};

}  // namespace penjing::studio
