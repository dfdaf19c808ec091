#include <QThread>

#include "studio_fixture.h"

namespace penjing::studio {
namespace {

class CoreTrouble : public StudioTest {
protected:
    // Draws one picture in a bad manner, then one in a good one: the first fails, the second must not notice.
    UserProblem failureOf(Manner manner, const Error& error = {}) {
        start();
        QSignalSpy failed(studio.get(), &StudioController::jobFailed);
        script->setManner(manner, error);
        const QString id = studio->enqueue({settings("bad")}).front();
        EXPECT_TRUE(until([&] { return failed.count() == 1; }));
        EXPECT_EQ(stateOf(id), JobState::Failed);
        EXPECT_FALSE(studio->queue()->find(id)->problem.isEmpty());
        script->setManner(Manner::Draws);
        studio->enqueue({settings("good")});
        EXPECT_TRUE(until([&] { return pictures() == QStringList{"good-1.png"}; }));
        return failed.isEmpty() ? UserProblem{} : failed[0][1].value<UserProblem>();
    }
};

TEST_F(CoreTrouble, ErrorsFailOneJob) {
    const UserProblem problem = failureOf(Manner::Fails, {ErrorCode::Memory, "needs 9 GiB; 512x512 would fit"});
    EXPECT_EQ(problem.sentence, describe({ErrorCode::Memory, ""}).sentence);
    EXPECT_TRUE(problem.detail.contains("512x512 would fit"));
}

TEST_F(CoreTrouble, ExhaustedMemoryFailsOneJob) {
    EXPECT_EQ(failureOf(Manner::RunsOutOfMemory).sentence, describe({ErrorCode::Memory, ""}).sentence);
}

TEST_F(CoreTrouble, WhateverIsThrownFailsOneJob) {
    EXPECT_EQ(failureOf(Manner::ThrowsInt).sentence, describe({ErrorCode::Internal, ""}).sentence);
}

TEST_F(CoreTrouble, AnEmptyPictureFailsOneJob) {
    EXPECT_EQ(failureOf(Manner::ReturnsNothing).sentence, describe({ErrorCode::Internal, ""}).sentence);
}

TEST_F(CoreTrouble, AFailedJobCanBeRetriedAndSurvivesClosing) {
    start();
    script->setManner(Manner::Fails, {ErrorCode::Internal, "broke"});
    const QString id = studio->enqueue({settings("one")}).front();
    ASSERT_TRUE(until([&] { return stateOf(id) == JobState::Failed; }));
    start();
    EXPECT_EQ(stateOf(id), JobState::Failed);
    settle();
    EXPECT_EQ(script->drawn().size(), 1u);
    script->setManner(Manner::Draws);
    studio->retryJob(id);
    ASSERT_TRUE(until([&] { return pictures() == QStringList{"one-1.png"}; }));
}

TEST_F(CoreTrouble, EverySentenceSaysWhatToDo) {
    QStringList sentences;
    for (const ErrorCode code : {ErrorCode::Internal, ErrorCode::Usage, ErrorCode::ModelFile, ErrorCode::Memory,
                                 ErrorCode::WriteFailed, ErrorCode::Cancelled}) {
        const UserProblem problem = describe({code, "the engine's line"});
        EXPECT_FALSE(problem.advice.isEmpty());
        EXPECT_EQ(problem.detail, "the engine's line");
        EXPECT_FALSE(sentences.contains(problem.sentence));
        sentences.append(problem.sentence);
    }
}

TEST_F(CoreTrouble, AHangingEngineLeavesTheControllerUsable) {
    start();
    QSignalSpy stuck(studio.get(), &StudioController::engineStuck);
    QSignalSpy stopped(studio.get(), &StudioController::jobStopped);
    QSignalSpy drawn(studio.get(), &StudioController::pictureDrawn);
    script->setManner(Manner::Hangs);
    const QString id = studio->enqueue({settings("one")}).front();
    ASSERT_TRUE(until([&] { return script->drawn().size() == 1; }));
    script->setManner(Manner::Draws);
    studio->stop();
    EXPECT_EQ(stateOf(id), JobState::Stopped);
    ASSERT_TRUE(until([&] { return stopped.count() == 1; }));
    studio->enqueue({settings("two")});
    EXPECT_EQ(stuck.count(), 0);
    EXPECT_TRUE(QTest::qWaitFor([&] { return stuck.count() == 1; }, 8000));
    EXPECT_EQ(drawn.count(), 0);
    script->letGo();
    ASSERT_TRUE(until([&] { return pictures() == QStringList{"two-1.png"}; }));
    EXPECT_EQ(drawn.count(), 1);  // what was stopped is not heard of again
}

TEST_F(CoreTrouble, AHangingEngineDoesNotKeepTheProgramOpen) {
    start();
    script->setManner(Manner::Hangs);
    studio->enqueue({settings("one")});
    ASSERT_TRUE(until([&] { return script->drawn().size() == 1; }));
    QElapsedTimer clock;
    clock.start();
    open();
    EXPECT_LT(clock.elapsed(), 20'000);  // it waits for two seconds, and the machine may be busy
    EXPECT_EQ(prompts(), QStringList{"one"});
    script->letGo();
}

TEST_F(CoreTrouble, WhatCannotBeSavedIsKeptAndSavedAgainWithoutDrawing) {
    start();
    QSignalSpy failed(studio.get(), &StudioController::jobFailed);
    QFile inTheWay(folders().pictures);  // a file where the folder should be
    ASSERT_TRUE(inTheWay.open(QIODevice::WriteOnly));
    const QString id = studio->enqueue({settings("one")}).front();
    ASSERT_TRUE(until([&] { return failed.count() == 1; }));
    EXPECT_EQ(stateOf(id), JobState::Failed);
    EXPECT_TRUE(failed[0][1].value<UserProblem>().advice.contains("Retry"));

    studio->retryJob(id);
    ASSERT_TRUE(until([&] { return failed.count() == 2; }));
    studio->setPicturesFolder(root.filePath("elsewhere"));
    studio->retryJob(id);
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    EXPECT_TRUE(QFile::exists(root.filePath("elsewhere/one-1.png")));
    EXPECT_EQ(script->drawn().size(), 1u);
}

TEST_F(CoreTrouble, WhatCouldNotBeSavedIsDecodedAgainAfterClosing) {
    start();
    QFile inTheWay(folders().pictures);
    ASSERT_TRUE(inTheWay.open(QIODevice::WriteOnly));
    const QString id = studio->enqueue({settings("one")}).front();
    ASSERT_TRUE(until([&] { return stateOf(id) == JobState::Failed; }));
    inTheWay.remove();
    start();
    studio->retryJob(id);
    ASSERT_TRUE(until([&] { return pictures() == QStringList{"one-1.png"}; }));
    EXPECT_EQ(script->drawn()[1].resumeFrom->step, 4);  // nothing is left but decoding
}

TEST_F(CoreTrouble, RecipesCanBeLeftOut) {
    start();
    studio->setWriteRecipes(false);
    studio->enqueue({settings("one")});
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    QFile file(folders().pictures + "/one-1.png");
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray bytes = file.readAll();
    EXPECT_TRUE(bytes.startsWith("\x89PNG"));
    EXPECT_FALSE(bytes.contains("iTXt") || bytes.contains("tEXt") || bytes.contains("one"));
}

TEST_F(CoreTrouble, AModelThatCannotBeLoadedLeavesTheOldOne) {
    start();
    QSignalSpy failed(studio.get(), &StudioController::modelFailed);
    script->setLoadError(Error{ErrorCode::ModelFile, "damaged"});
    studio->loadModel("other.penjing");
    ASSERT_TRUE(until([&] { return failed.count() == 1; }));
    EXPECT_EQ(failed[0][0].toString(), "other.penjing");
    EXPECT_TRUE(studio->model());
    studio->enqueue({settings("one")});
    ASSERT_TRUE(until([&] { return pictures() == QStringList{"one-1.png"}; }));
}

TEST_F(CoreTrouble, JobsWaitForAModel) {
    open();
    studio->enqueue({settings("one")});
    settle();
    EXPECT_FALSE(studio->isDrawing());
    load();
    ASSERT_TRUE(until([&] { return pictures() == QStringList{"one-1.png"}; }));
}

TEST_F(CoreTrouble, AJobOfAnotherModelFailsAndNamesIt) {
    script->setModelHash("0123456789abcdef");
    start();  // its name is known from now on
    script->setModelHash("f00d");
    start();
    QSignalSpy failed(studio.get(), &StudioController::jobFailed);
    DrawSettings known = settings("known");
    known.modelHash = "0123456789abcdef";
    DrawSettings unknown = settings("unknown");
    unknown.modelHash = "deadbeefdeadbeef";
    DrawSettings right = settings("right");
    right.modelHash = "f00d";
    studio->enqueue({known, unknown, right});
    ASSERT_TRUE(until([&] { return failed.count() == 2 && pictures() == QStringList{"right-1.png"}; }));
    EXPECT_TRUE(failed[0][1].value<UserProblem>().sentence.contains("Fake"));
    EXPECT_TRUE(failed[1][1].value<UserProblem>().sentence.contains("deadbeefdead"));
}

TEST_F(CoreTrouble, OtherEngineSettingsLoadTheModelAgainQuietly) {
    start();
    QSignalSpy loaded(studio.get(), &StudioController::modelLoaded);
    studio->setEngineSettings({.threads = 3, .responsive = false});
    studio->enqueue({settings("one")});
    ASSERT_TRUE(until([&] { return pictures().size() == 1; }));
    ASSERT_EQ(script->loads().size(), 2u);
    EXPECT_EQ(script->loads()[1].threads, 3);
    EXPECT_EQ(loaded.count(), 0);
}

TEST_F(CoreTrouble, AStateThatTheModelRefusesStartsFromTheBeginning) {
    script->allowSteps(2);
    start();
    const QString id = studio->enqueue({settings("one")}).front();
    ASSERT_TRUE(until([&] { return stepsOf(id) == 2; }));
    studio->stop();
    script->setManner(Manner::Fails, {ErrorCode::Usage, "the state is of another size"});
    script->allowAllSteps();
    studio->retryJob(id);
    ASSERT_TRUE(until([&] { return stateOf(id) == JobState::Failed; }));
    ASSERT_EQ(script->drawn().size(), 3u);
    EXPECT_TRUE(script->drawn()[1].resumeFrom);
    EXPECT_FALSE(script->drawn()[2].resumeFrom);
}

}  // namespace
}  // namespace penjing::studio
