#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <algorithm>
#include <array>
#include <ctime>
#include <functional>

namespace penjing::studio {

// How long the UI thread was busy with something else: a timer that should ring every 5 ms, and how late it came, by
// the clock on the wall or, if that is less, by the processor time of all threads. A machine that others share stops
// threads now and then; what the program does to itself, it does again with every picture.
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
    qint64 longestMilliseconds() const { return longest_[0]; }
    // The fourth longest.
    qint64 recurringMilliseconds() const { return longest_.back(); }

private:
    static qint64 processorMilliseconds() { return static_cast<qint64>(std::clock()) * 1000 / CLOCKS_PER_SEC; }
    void ring() {
        const qint64 now = processorMilliseconds();
        const qint64 late = std::min(sinceLast_.restart() - intervalMilliseconds, now - processorThen_);
        processorThen_ = now;
        if (late <= longest_.back())
            return;
        longest_.back() = late;
        std::sort(longest_.begin(), longest_.end(), std::greater<>());
    }

    static constexpr int intervalMilliseconds = 5;
    QTimer timer_;
    QElapsedTimer sinceLast_;
    qint64 processorThen_ = 0;
    std::array<qint64, 4> longest_{};  // longest first
};

}  // namespace penjing::studio
