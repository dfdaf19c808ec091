// kill -9 at random moments loses no finished picture and no queued prompt, and leaves no half file.
// PENJING_KILLS: how often (8 by default); PENJING_KILL_SEED repeats a run.
#include <gtest/gtest.h>

#include <QDirIterator>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QMap>
#include <QProcess>
#include <QSet>
#include <QTemporaryDir>
#include <QThread>
#include <iostream>
#include <random>

#include "penjing/image.h"

namespace penjing::studio {
namespace {

constexpr int kDefaultKills = 8;
constexpr int kStartMilliseconds = 60000;
constexpr int kMomentMilliseconds = 10000;

int fromEnvironment(const char* name, int otherwise) {
    bool given = false;
    const int value = qEnvironmentVariableIntValue(name, &given);
    return given ? value : otherwise;
}

// What the driver has said, over all of its lives.
class Ledger {
public:
    void read(const QStringList& words) {
        const QString& what = words[0];
        const QString first = words.value(1);
        if (what == QLatin1String("job"))
            listed_.insert(first, words.value(2));
        else if (what == QLatin1String("queued"))
            jobs_.insert(first, words.value(2));
        else if (what == QLatin1String("removing"))
            jobs_.remove(first);  // from here on it may be there or not
        else if (what == QLatin1String("saved"))
            finish(first, words.value(2));
        else if (what == QLatin1String("deleting"))
            inPlace_.remove(first);  // in place or in the bin
        else if (what == QLatin1String("restored"))
            inPlace_.insert(first);
        ++heard_[what];
        lines_ += words.join(QLatin1Char(' '));
    }

    // Everything that was said about a picture or a job, for the report of a failure.
    std::string linesAbout(const QString& nameOrId) const {
        return lines_.filter(nameOrId).join(QLatin1Char('\n')).toStdString();
    }

    // After a start: the jobs that it found are those that are left.
    void forgetListed() { listed_.clear(); }
    const QMap<QString, QString>& listed() const { return listed_; }

    // A job that is neither listed nor a picture is lost.
    QStringList lostJobs(const QSet<QString>& picturesOnDisk) {
        QStringList lost;
        for (auto job = jobs_.cbegin(); job != jobs_.cend();) {
            if (listed_.contains(job.key())) {
                ++job;
                continue;
            }
            const QString name = QFileInfo(job.value()).fileName();
            if (!picturesOnDisk.contains(name))
                lost += job.key();
            saved_.insert(name);  // drawn and written, though it could not say so any more
            job = jobs_.erase(job);
        }
        return lost;
    }

    const QSet<QString>& saved() const { return saved_; }      // names, wherever the file is now
    const QSet<QString>& inPlace() const { return inPlace_; }  // paths
    const QMap<QString, int>& heard() const { return heard_; }

private:
    void finish(const QString& id, const QString& path) {
        jobs_.remove(id);
        saved_.insert(QFileInfo(path).fileName());
        inPlace_.insert(path);
    }

    QMap<QString, QString> jobs_, listed_;  // id → path of its picture
    QSet<QString> saved_, inPlace_;
    QMap<QString, int> heard_;
    QStringList lines_;
};

class KillTest : public ::testing::Test {
protected:
    void start(const QString& seedOrList) {
        ledger_.forgetListed();
        driver_.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        driver_.start(QStringLiteral(PENJING_STUDIO_DRIVER),
                      {folder_.path(), QStringLiteral(PENJING_BUNDLED_MODEL), seedOrList});
        ASSERT_TRUE(driver_.waitForStarted());
        ASSERT_TRUE(hearUntil(QStringLiteral("ready"), kStartMilliseconds)) << "the driver did not start";
    }

    // Reads lines until one begins with `word`; false if none came in time.
    bool hearUntil(const QString& word, int milliseconds) {
        QElapsedTimer timer;
        timer.start();
        while (timer.elapsed() < milliseconds) {
            while (driver_.canReadLine()) {
                if (hearLine() == word)
                    return true;
            }
            driver_.waitForReadyRead(1);
        }
        return false;
    }

    QString hearLine() {
        const QString line = QString::fromUtf8(driver_.readLine()).chopped(1);
        ledger_.read(line.split(QLatin1Char('\t')));
        return line.section(QLatin1Char('\t'), 0, 0);
    }

    // At a random time, or right after the driver said what it is about to do or has just done.
    void killSometime() {
        static const char* const moments[] = {"",        "drawn",   "saved",    "deleting", "deleted",
                                              "undoing", "removed", "removing", "queued",   "drawn"};
        const QString moment = QLatin1String(moments[upTo(9)]);
        const int milliseconds = 200 + upTo(3000);
        if (!moment.isEmpty() && hearUntil(moment, kMomentMilliseconds))
            QThread::usleep(static_cast<unsigned long>(upTo(4000)));
        else
            hearUntil(QStringLiteral("never"), milliseconds);
        ASSERT_EQ(driver_.state(), QProcess::Running) << "the driver ended by itself";
        driver_.kill();
        driver_.waitForFinished();
        while (driver_.canReadLine()) hearLine();  // what it said before it died
    }

    int upTo(int largest) { return std::uniform_int_distribution<int>(0, largest)(random_); }

    // Every picture is whole, and what was announced is there. Call it after a start, when the jobs are known, too.
    void check() {
        QSet<QString> onDisk;
        QDirIterator files(folder_.filePath(QStringLiteral("pictures")), QDir::Files | QDir::Hidden,
                           QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            if (!path.endsWith(QLatin1String(".png")))
                continue;
            onDisk.insert(files.fileName());
            EXPECT_TRUE(readPng(path.toStdString()).ok()) << path.toStdString() << " is not whole";
            const auto recipe = readRecipe(path.toStdString());
            EXPECT_TRUE(recipe.ok() && recipe->has_value()) << path.toStdString() << " has no recipe";
        }
        for (const QString& id : ledger_.lostJobs(onDisk))
            ADD_FAILURE() << "a queued prompt is lost:\n" << ledger_.linesAbout(id);
        for (const QString& name : ledger_.saved())
            EXPECT_TRUE(onDisk.contains(name)) << "a finished picture is lost:\n" << ledger_.linesAbout(name);
        for (const QString& path : ledger_.inPlace())
            EXPECT_TRUE(QFileInfo::exists(path)) << "a finished picture is not in its place:\n"
                                                 << ledger_.linesAbout(path);
    }

    QTemporaryDir folder_;
    QProcess driver_;
    Ledger ledger_;
    std::mt19937 random_;
};

TEST_F(KillTest, LosesNoPictureAndNoPrompt) {
    const int kills = fromEnvironment("PENJING_KILLS", kDefaultKills);
    const auto seed = static_cast<unsigned>(fromEnvironment("PENJING_KILL_SEED", static_cast<int>(time(nullptr))));
    std::cout << "PENJING_KILL_SEED=" << seed << '\n';
    random_.seed(seed);
    for (int kill = 0; kill < kills && !HasFailure(); ++kill) {
        ASSERT_NO_FATAL_FAILURE(start(QString::number(random_())));
        check();              // what the start found against what was said before
        driver_.write("\n");  // only now does it act, since files on the move cannot be counted
        ASSERT_NO_FATAL_FAILURE(killSometime());
    }
    ASSERT_NO_FATAL_FAILURE(start(QStringLiteral("list")));
    EXPECT_TRUE(driver_.waitForFinished());
    check();
    for (const char* what : {"queued", "drawn", "saved", "deleting"})
        EXPECT_GT(ledger_.heard().value(what), 0) << "nothing was " << what << ", so nothing was tried";
    for (auto what = ledger_.heard().cbegin(); what != ledger_.heard().cend(); ++what)
        std::cout << what.key().toStdString() << ": " << what.value() << '\n';
}

}  // namespace
}  // namespace penjing::studio
