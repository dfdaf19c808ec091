// The window's core without the window: queues, stops, reorders and deletes at random, and says on stdout what it is
// about to do and what has been done, so that a test can end it at any moment and know what must still be there.
//   penjing_studio_driver FOLDER MODEL SEED    acts after a line on stdin, until it is killed
//   penjing_studio_driver FOLDER MODEL list    says what the last one left, and ends
// Lines: "job ID PATH" and "picture PATH" of what was found, "ready"; then "queued ID PATH", "removing ID",
// "removed ID", "drawn ID", "saved ID PATH", "deleting PATH", "deleted PATH", "undoing", "restored PATH".
#include <unistd.h>

#include <QApplication>
#include <QDir>
#include <QSocketNotifier>
#include <QTimer>
#include <memory>
#include <random>

#include "core/queue_model.h"
#include "core/real_drawing_engine.h"
#include "core/studio_controller.h"
#include "history/history_model.h"

namespace penjing::studio {
namespace {

constexpr int kMillisecondsBetweenActs = 25;

// One write() a line: a line is on its way when the call returns, whatever happens to this process next.
void say(const QString& what, const QStringList& values = {}) {
    const QByteArray line = (QStringList{what} + values).join(QLatin1Char('\t')).toUtf8() + '\n';
    if (write(STDOUT_FILENO, line.constData(), static_cast<std::size_t>(line.size())) != line.size())
        _exit(1);
}

class Driver : public QObject {
public:
    Driver(const QString& folder, const QString& model, unsigned seed)
        : random_(seed),
          history_(folder + QStringLiteral("/pictures"), folder + QStringLiteral("/cache")),
          controller_(std::make_unique<RealDrawingEngine>(),
                      {folder + QStringLiteral("/pictures"), folder + QStringLiteral("/state")}) {
        for (const Job& job : controller_.queue()->jobs()) say(QStringLiteral("job"), {job.id, job.picturePath});
        connect(
            &history_, &HistoryModel::scanFinished, this, [this] { begin(); }, Qt::SingleShotConnection);
        connect(&controller_, &StudioController::pictureDrawn, this,
                [](const FinishedPicture& picture) { say(QStringLiteral("drawn"), {picture.jobId}); });
        connect(&controller_, &StudioController::pictureSaved, this,
                [this](const QString& id, const QString& path, const Recipe& recipe) {
                    say(QStringLiteral("saved"), {id, path});
                    history_.addPicture(path, recipe);
                });
        connect(&controller_, &StudioController::problem, this,
                [](const UserProblem& problem) { say(QStringLiteral("problem"), {problem.sentence}); });
        controller_.loadModel(model);
    }

    void listOnly() { listOnly_ = true; }

private:
    void begin() {
        for (int row = 0; row < history_.rowCount(); ++row)
            say(QStringLiteral("picture"), {history_.index(row).data(HistoryModel::PathRole).toString()});
        say(QStringLiteral("ready"));
        if (listOnly_)
            return QCoreApplication::quit();
        connect(&timer_, &QTimer::timeout, this, [this] { act(); });
        connect(&goAhead_, &QSocketNotifier::activated, this, [this] {
            goAhead_.setEnabled(false);
            timer_.start(kMillisecondsBetweenActs);
        });
    }

    int upTo(int largest) { return std::uniform_int_distribution<int>(0, largest)(random_); }

    QString anyJob() {
        const auto& jobs = controller_.queue()->jobs();
        return jobs.isEmpty() ? QString() : jobs.at(upTo(static_cast<int>(jobs.size()) - 1)).id;
    }

    void act() {
        if (controller_.queue()->rowCount() < 3)
            return queueSome();
        // Mostly it is left alone, so that pictures get finished between two interruptions.
        switch (upTo(29)) {
            case 0:
                return queueSome();
            case 1:
            case 2:
                return controller_.moveJob(anyJob(), upTo(5));
            case 3:
                return controller_.stop();
            case 4:
                return controller_.setPaused(!controller_.isPaused());
            case 5:
                return controller_.keepEarly();
            case 6:
                return removeAJob();
            case 7:
            case 8:
            case 9:
                return deleteAPicture();
            case 10:
            case 11:
                return undo();
            case 12:
            case 13:
            case 14:
            case 15:
                return goOn();
            default:
                return;
        }
    }

    void goOn() {
        for (const Job& job : controller_.queue()->jobs()) controller_.retryJob(job.id);
        controller_.setPaused(false);
    }

    void queueSome() {
        if (controller_.queue()->rowCount() > 12)
            return;
        QList<DrawSettings> wanted(1 + upTo(2));
        for (DrawSettings& settings : wanted) {
            settings.prompt = QStringLiteral("a red apple");
            settings.seed = random_();
            settings.steps = 1 + upTo(2);
        }
        const QStringList ids = controller_.enqueue(wanted, upTo(3) == 0);
        for (const QString& id : ids)
            say(QStringLiteral("queued"), {id, controller_.queue()->find(id).value_or(Job()).picturePath});
    }

    void removeAJob() {
        const QString id = anyJob();
        say(QStringLiteral("removing"), {id});
        controller_.removeJob(id);
        say(QStringLiteral("removed"), {id});
    }

    void deleteAPicture() {
        if (history_.rowCount() == 0)
            return;
        const QString path = history_.index(upTo(history_.rowCount() - 1)).data(HistoryModel::PathRole).toString();
        say(QStringLiteral("deleting"), {path});
        if (history_.removePictures({path}))
            say(QStringLiteral("deleted"), {path});
    }

    void undo() {
        say(QStringLiteral("undoing"));
        for (const QString& path : history_.undoRemove()) say(QStringLiteral("restored"), {path});
    }

    std::mt19937 random_;
    HistoryModel history_;
    StudioController controller_;
    QTimer timer_;
    QSocketNotifier goAhead_{STDIN_FILENO, QSocketNotifier::Read};
    bool listOnly_ = false;
};

}  // namespace
}  // namespace penjing::studio

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    const QStringList arguments = QApplication::arguments();
    if (arguments.size() != 4)
        return 2;
    for (const char* folder : {"pictures", "state", "cache"}) QDir().mkpath(arguments[1] + '/' + QLatin1String(folder));
    penjing::studio::Driver driver(arguments[1], arguments[2], arguments[3].toUInt());
    if (arguments[3] == QLatin1String("list"))
        driver.listOnly();
    return QApplication::exec();
}
