// penjing-studio as its user starts it.
#include <gtest/gtest.h>
#include <signal.h>

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QThread>

namespace penjing::studio {
namespace {

constexpr int kPatience = 60000;  // milliseconds, for busy machines

struct Outcome {
    int exitCode = -1;  // −1: ended by a signal, or did not end
    QString out, err;
};

QProcessEnvironment environment(const QString& platform, const QString& display) {
    QProcessEnvironment result = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) result.remove(QLatin1String(name));
    if (!platform.isEmpty())
        result.insert(QStringLiteral("QT_QPA_PLATFORM"), platform);
    if (!display.isEmpty())
        result.insert(QStringLiteral("DISPLAY"), display);
    return result;
}

Outcome finish(QProcess& process) {
    if (!process.waitForFinished(kPatience) || process.exitStatus() != QProcess::NormalExit)
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

Outcome run(const QStringList& arguments, const QProcessEnvironment& environment) {
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(PENJING_STUDIO), arguments);
    return finish(process);
}

const QProcessEnvironment nowhere = environment({}, {});

TEST(StudioProgram, AnswersVersionAndHelpWithoutADisplay) {
    const Outcome version = run({"--version"}, nowhere);
    EXPECT_EQ(version.exitCode, 0);
    EXPECT_TRUE(version.out.startsWith("penjing-studio ")) << version.out.toStdString();
    const Outcome help = run({"--help"}, nowhere);
    EXPECT_EQ(help.exitCode, 0);
    for (const char* option : {"--model", "--pictures", "--state", "files"})
        EXPECT_TRUE(help.out.contains(QLatin1String(option))) << option;
}

TEST(StudioProgram, RefusesWhatItDoesNotKnow) {
    const Outcome outcome = run({"--fast"}, nowhere);
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_TRUE(outcome.err.contains("--fast")) << outcome.err.toStdString();
}

TEST(StudioProgram, SaysThatThereIsNoDisplay) {
    const Outcome outcome = run({}, nowhere);
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_TRUE(outcome.err.contains("no window can be opened here")) << outcome.err.toStdString();
    EXPECT_EQ(outcome.err.count('\n'), 1) << outcome.err.toStdString();
}

TEST(StudioProgram, SaysThatTheDisplayDoesNotAnswer) {
    const Outcome outcome = run({}, environment("xcb", ":987"));
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_TRUE(outcome.err.contains("no window can be opened here")) << outcome.err.toStdString();
}

TEST(StudioProgram, SecondStartBringsTheFirstToTheFront) {
    const QTemporaryDir folder;
    const QStringList arguments = {"--state", folder.filePath("state"), "--pictures", folder.filePath("pictures")};
    QProcess first;
    first.setProcessEnvironment(environment("offscreen", {}));
    first.start(QStringLiteral(PENJING_STUDIO), arguments);
    ASSERT_TRUE(first.waitForStarted());
    const QDeadlineTimer deadline(kPatience);
    while (!QFileInfo::exists(folder.filePath("state/state/requests")) && !deadline.hasExpired()) QThread::msleep(10);

    const Outcome second = run(arguments, environment("offscreen", {}));
    EXPECT_EQ(second.exitCode, 0) << second.err.toStdString();
    EXPECT_TRUE(second.err.contains("open already")) << second.err.toStdString();

    ASSERT_EQ(first.state(), QProcess::Running);
    kill(static_cast<pid_t>(first.processId()), SIGTERM);
    EXPECT_EQ(finish(first).exitCode, 0);
}

}  // namespace
}  // namespace penjing::studio

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
