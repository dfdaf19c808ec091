#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <algorithm>

namespace penjing::studio {

// How long the UI thread was busy with something else: a timer that should ring every 5 ms, and how late it came.
class Pulse : public QObject {
public:
    Pulse() {
        timer_.setTimerType(Qt::PreciseTimer);
        timer_.setInterval(intervalMilliseconds);
        connect(&timer_, &QTimer::timeout, this,
                [this] { longest_ = std::max(longest_, sinceLast_.restart() - intervalMilliseconds); });
    }

    void start() {
        sinceLast_.start();
        timer_.start();
    }
    void stop() { timer_.stop(); }
    qint64 longestMilliseconds() const { return longest_; }

private:
    static constexpr int intervalMilliseconds = 5;
    QTimer timer_;
    QElapsedTimer sinceLast_;
    qint64 longest_ = 0;
};

}  // namespace penjing::studio
