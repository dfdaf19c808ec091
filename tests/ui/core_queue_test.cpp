#include <QAbstractItemModelTester>

#include "studio_fixture.h"

namespace penjing::studio {
namespace {

class CoreQueue : public StudioTest {};

TEST_F(CoreQueue, DrawsInOrderAndSaves) {
    start();
    const QAbstractItemModelTester tester(studio->queue());
    QSignalSpy saved(studio.get(), &StudioController::pictureSaved);
    QSignalSpy idle(studio.get(), &StudioController::idle);
    const QStringList ids = studio->enqueue({settings("one"), settings("two"), settings("three")});
    EXPECT_EQ(ids.size(), 3);
    EXPECT_TRUE(studio->isDrawing());
    EXPECT_EQ(studio->currentJobId(), ids[0]);
    ASSERT_TRUE(until([&] { return saved.count() == 3 && idle.count() == 1; }));
    EXPECT_EQ(drawnPrompts(), (QStringList{"one", "two", "three"}));
    EXPECT_EQ(pictures(), (QStringList{"one-1.png", "three-1.png", "two-1.png"}));
    EXPECT_EQ(studio->queue()->rowCount(), 0);
    EXPECT_TRUE(until([&] { return resumeFiles().isEmpty(); }));
    const auto recipe = readRecipe((folders().pictures + "/two-1.png").toStdString());
    ASSERT_TRUE(recipe.ok() && recipe.value());
    EXPECT_EQ(recipe.value()->prompt, "two");
}

TEST_F(CoreQueue, NextGoesBeforeWhatWaits) {
    script->allowSteps(0);
    start();
    studio->enqueue({settings("one"), settings("two")});
    studio->enqueue({settings("a"), settings("b")}, true);
    EXPECT_EQ(prompts(), (QStringList{"one", "a", "b", "two"}));
    script->allowAllSteps();
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    EXPECT_EQ(drawnPrompts(), (QStringList{"one", "a", "b", "two"}));
}

TEST_F(CoreQueue, MovesAndRemoves) {
    script->allowSteps(0);
    start();
    const QAbstractItemModelTester tester(studio->queue());
    const QStringList ids = studio->enqueue({settings("0"), settings("1"), settings("2"), settings("3")});
    studio->moveJob(ids[3], 1);
    EXPECT_EQ(prompts(), (QStringList{"0", "3", "1", "2"}));
    studio->moveJob(ids[3], 99);
    EXPECT_EQ(prompts(), (QStringList{"0", "1", "2", "3"}));
    studio->removeJob(ids[1]);
    studio->removeJob("no such job");
    EXPECT_EQ(prompts(), (QStringList{"0", "2", "3"}));
    script->allowAllSteps();
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    EXPECT_EQ(drawnPrompts(), (QStringList{"0", "2", "3"}));
}

TEST_F(CoreQueue, RemovingTheOneBeingDrawnStopsIt) {
    script->allowSteps(1);
    start();
    QSignalSpy drawn(studio.get(), &StudioController::pictureDrawn);
    const QStringList ids = studio->enqueue({settings("one"), settings("two")});
    ASSERT_TRUE(until([&] { return stepsOf(ids[0]) == 1; }));
    studio->removeJob(ids[0]);
    script->allowAllSteps();
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    settle();
    EXPECT_EQ(drawn.count(), 1);
    EXPECT_EQ(pictures(), QStringList{"two-1.png"});
    EXPECT_TRUE(until([&] { return resumeFiles().isEmpty(); }));
}

TEST_F(CoreQueue, StopsAtOnceAndGoesOnWhereItWas) {
    script->allowSteps(2);
    start();
    QSignalSpy stopped(studio.get(), &StudioController::jobStopped);
    const QString id = studio->enqueue({settings("one", 7)}).front();
    ASSERT_TRUE(until([&] { return stepsOf(id) == 2; }));
    studio->stop();
    EXPECT_FALSE(studio->isDrawing());
    EXPECT_EQ(stateOf(id), JobState::Stopped);
    ASSERT_TRUE(until([&] { return stopped.count() == 1; }));  // no further step is allowed: it does not wait for one
    EXPECT_TRUE(studio->model());

    script->allowAllSteps();
    settle();
    EXPECT_EQ(script->drawn().size(), 1u);  // it waits for its user
    studio->retryJob(id);
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    ASSERT_EQ(script->drawn().size(), 2u);
    const auto resumed = script->drawn()[1].resumeFrom;
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->step, 2);
    EXPECT_EQ(resumed->latents, (std::vector<float>{2.0f, 7.0f}));
}

TEST_F(CoreQueue, StoppingOneStartsTheNext) {
    script->allowSteps(0);
    start();
    const QStringList ids = studio->enqueue({settings("one"), settings("two")});
    ASSERT_TRUE(until([&] { return script->drawn().size() == 1; }));
    studio->stop();
    ASSERT_TRUE(until([&] { return studio->currentJobId() == ids[1]; }));
    EXPECT_EQ(stateOf(ids[0]), JobState::Stopped);
}

TEST_F(CoreQueue, PauseEndsAfterTheStepAndSurvivesClosing) {
    script->allowSteps(1);
    start();
    QSignalSpy stopped(studio.get(), &StudioController::jobStopped);
    const QStringList ids = studio->enqueue({settings("one"), settings("two")});
    ASSERT_TRUE(until([&] { return stepsOf(ids[0]) == 1; }));
    studio->setPaused(true);
    settle();
    EXPECT_TRUE(studio->isDrawing());  // in the middle of its second step
    script->allowAllSteps();
    ASSERT_TRUE(until([&] { return stopped.count() == 1; }));
    EXPECT_FALSE(studio->isDrawing());
    EXPECT_EQ(stateOf(ids[0]), JobState::Waiting);
    EXPECT_EQ(stepsOf(ids[0]), 2);
    EXPECT_EQ(studio->queue()->rowOf(ids[0]), 0);

    start();
    EXPECT_TRUE(studio->isPaused());
    settle();
    EXPECT_EQ(script->drawn().size(), 1u);
    studio->setPaused(false);
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    EXPECT_EQ(drawnPrompts(), (QStringList{"one", "one", "two"}));
    EXPECT_EQ(script->drawn()[1].resumeFrom->step, 2);
}

TEST_F(CoreQueue, PauseTakenBackInTimeChangesNothing) {
    script->allowSteps(1);
    start();
    const QString id = studio->enqueue({settings("one")}).front();
    ASSERT_TRUE(until([&] { return stepsOf(id) == 1; }));
    studio->setPaused(true);
    studio->setPaused(false);
    script->allowAllSteps();
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    EXPECT_EQ(script->drawn().size(), 1u);
}

TEST_F(CoreQueue, KeepsEarly) {
    script->allowSteps(2);
    start();
    QSignalSpy drawn(studio.get(), &StudioController::pictureDrawn);
    const QString id = studio->enqueue({settings("one")}).front();
    ASSERT_TRUE(until([&] { return stepsOf(id) == 2; }));
    studio->keepEarly();
    script->allowSteps(1);
    ASSERT_TRUE(until([&] { return drawn.count() == 1; }));
    EXPECT_EQ(drawn[0][0].value<FinishedPicture>().recipe.stoppedAfter, 3);
    ASSERT_TRUE(until([&] { return pictures() == QStringList{"one-1.png"}; }));
}

TEST_F(CoreQueue, ClosingInTheMiddleLosesNothing) {
    script->allowSteps(3);
    start();
    const QString id = studio->enqueue({settings("one", 9), settings("two")}).front();
    ASSERT_TRUE(until([&] { return stepsOf(id) == 3; }));
    open();
    EXPECT_EQ(prompts(), (QStringList{"one", "two"}));
    EXPECT_EQ(stateOf(id), JobState::Waiting);
    EXPECT_EQ(stepsOf(id), 3);
    script->allowAllSteps();
    load();
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    EXPECT_EQ(drawnPrompts(), (QStringList{"one", "one", "two"}));
    EXPECT_EQ(script->drawn()[1].resumeFrom->step, 3);
    EXPECT_EQ(script->drawn()[1].resumeFrom->latents, (std::vector<float>{3.0f, 9.0f}));
}

TEST_F(CoreQueue, TheInterruptedOneComesFirst) {
    script->allowSteps(2);
    start();
    const QStringList ids = studio->enqueue({settings("one"), settings("two")});
    ASSERT_TRUE(until([&] { return stepsOf(ids[0]) == 2; }));
    studio->moveJob(ids[1], 0);
    EXPECT_EQ(prompts(), (QStringList{"two", "one"}));
    open();
    EXPECT_EQ(prompts(), (QStringList{"one", "two"}));
}

TEST_F(CoreQueue, IsOnDiskBeforeTheCallReturns) {
    script->allowSteps(0);
    start();
    const auto inFile = [&](const QString& text) {
        QFile file(folders().state + "/queue.json");
        return file.open(QIODevice::ReadOnly) && file.readAll().contains(text.toUtf8());
    };
    const QString id = studio->enqueue({settings("first"), settings("a special prompt")}).back();
    EXPECT_TRUE(inFile("a special prompt"));
    studio->removeJob(id);
    EXPECT_FALSE(inFile("a special prompt"));
}

TEST_F(CoreQueue, APictureThatIsThereWasDrawn) {
    // As after a kill between writing the picture and the queue.
    start();
    studio->setPaused(true);
    studio->enqueue({settings("one", 5), settings("two", 6)});
    QFile::copy(folders().state + "/queue.json", folders().state + "/before.json");
    studio->setPaused(false);
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    studio.reset();
    QFile::remove(folders().pictures + "/two-6.png");
    QFile::remove(folders().state + "/queue.json");
    ASSERT_TRUE(QFile::rename(folders().state + "/before.json", folders().state + "/queue.json"));

    open();
    EXPECT_EQ(prompts(), QStringList{"two"});
}

TEST_F(CoreQueue, SomebodyElsesPictureIsNotTakenForOurs) {
    start();
    studio->enqueue({settings("other", 1)});
    ASSERT_TRUE(until([&] { return pictures().size() == 1; }));
    script->allowSteps(0);
    studio->enqueue({settings("one", 1)});
    ASSERT_TRUE(QFile::copy(folders().pictures + "/other-1.png", folders().pictures + "/one-1.png"));
    open();
    EXPECT_EQ(prompts(), QStringList{"one"});
    script->allowAllSteps();
    load();
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    EXPECT_EQ(pictures(), (QStringList{"one-1 (2).png", "one-1.png", "other-1.png"}));
}

TEST_F(CoreQueue, ADamagedFileIsKeptAndReported) {
    QDir().mkpath(folders().state);
    QFile file(folders().state + "/queue.json");
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("{ not json");
    file.close();
    open();
    QSignalSpy problems(studio.get(), &StudioController::problem);
    ASSERT_TRUE(until([&] { return problems.count() == 1; }));
    const QStringList kept = QDir(folders().state).entryList({"queue-damaged-*.json"});
    ASSERT_EQ(kept.size(), 1);
    EXPECT_TRUE(problems[0][0].value<UserProblem>().advice.contains(kept[0]));
}

TEST_F(CoreQueue, EveryJobHasAPathOfItsOwn) {
    script->allowSteps(0);
    start();
    studio->enqueue({settings("same"), settings("same"), settings("same")});
    QStringList paths;
    for (const Job& job : studio->queue()->jobs()) paths.append(QFileInfo(job.picturePath).fileName());
    EXPECT_EQ(paths, (QStringList{"same-1.png", "same-1 (2).png", "same-1 (3).png"}));
}

TEST_F(CoreQueue, OrphanedResumeFilesGo) {
    QDir().mkpath(folders().state + "/resume");
    QFile orphan(folders().state + "/resume/0f8fad5b-d9cb-469f-a165-70867728950e.state");
    ASSERT_TRUE(orphan.open(QIODevice::WriteOnly));
    open();
    EXPECT_TRUE(resumeFiles().isEmpty());
}

}  // namespace
}  // namespace penjing::studio
