#include <thread>

#include "core/progress_mailbox.h"
#include "studio_fixture.h"

namespace penjing::studio {
namespace {

class CoreLive : public StudioTest {};

TEST_F(CoreLive, TheLatestWinsAndNothingIsKeptOnDisk) {
    script->allowSteps(0);
    start();
    QSignalSpy drawn(studio.get(), &StudioController::pictureDrawn);
    studio->drawLive(settings("a"));
    ASSERT_TRUE(until([&] { return script->drawn().size() == 1; }));
    for (const char* prompt : {"ap", "app", "appl", "apple"}) studio->drawLive(settings(prompt));
    script->allowAllSteps();
    ASSERT_TRUE(until([&] { return drawn.count() == 1; }));
    settle();
    EXPECT_EQ(drawn.count(), 1);
    EXPECT_EQ(drawn[0][0].value<FinishedPicture>().recipe.prompt, "apple");
    EXPECT_TRUE(drawn[0][0].value<FinishedPicture>().path.isEmpty());
    EXPECT_EQ(drawnPrompts(), (QStringList{"a", "apple"}));
    EXPECT_TRUE(pictures().isEmpty() && resumeFiles().isEmpty());
}

TEST_F(CoreLive, QueuedJobsGoBefore) {
    script->allowSteps(0);
    start();
    studio->drawLive(settings("live"));
    ASSERT_TRUE(until([&] { return script->drawn().size() == 1; }));
    const QString id = studio->enqueue({settings("queued")}).front();
    ASSERT_TRUE(until([&] { return studio->currentJobId() == id; }));
    studio->drawLive(settings("later"));
    settle();
    EXPECT_EQ(studio->currentJobId(), id);
    script->allowAllSteps();
    ASSERT_TRUE(until([&] { return script->drawn().size() == 3; }));
    EXPECT_EQ(drawnPrompts(), (QStringList{"live", "queued", "later"}));
}

TEST_F(CoreLive, CancellingAndStopping) {
    script->allowSteps(0);
    start();
    QSignalSpy stopped(studio.get(), &StudioController::jobStopped);
    QSignalSpy drawn(studio.get(), &StudioController::pictureDrawn);
    studio->drawLive(settings("a"));
    studio->cancelLive();
    studio->drawLive(settings("b"));
    ASSERT_TRUE(until([&] { return drawnPrompts().contains("b"); }));
    studio->stop();
    ASSERT_TRUE(until([&] { return stopped.count() == 2; }));
    script->allowAllSteps();
    settle();
    EXPECT_EQ(drawn.count(), 0);
    EXPECT_FALSE(studio->isDrawing());
}

TEST_F(CoreLive, CanBeSavedAfterwards) {
    start();
    QSignalSpy drawn(studio.get(), &StudioController::pictureDrawn);
    QSignalSpy saved(studio.get(), &StudioController::pictureSaved);
    studio->drawLive(settings("apple", 8));
    ASSERT_TRUE(until([&] { return drawn.count() == 1; }));
    const auto picture = drawn[0][0].value<FinishedPicture>();
    studio->savePicture(picture);
    studio->savePicture(picture);
    ASSERT_TRUE(until([&] { return saved.count() == 2; }));
    EXPECT_EQ(pictures(), (QStringList{"apple-8 (2).png", "apple-8.png"}));
    const auto image = readPng((folders().pictures + "/apple-8.png").toStdString());
    ASSERT_TRUE(image.ok());
    EXPECT_EQ(image.value().rgb, std::vector<std::uint8_t>(3 * 16 * 16, 8));
}

TEST_F(CoreLive, VerifiesAfterTheJobBeingDrawn) {
    script->allowSteps(0);
    start();
    QSignalSpy verified(studio.get(), &StudioController::verified);
    QSignalSpy progress(studio.get(), &StudioController::progressed);
    const QStringList ids = studio->enqueue({settings("one"), settings("two")});
    studio->verifyPicture("/some/picture.png");
    script->allowSteps(4);
    ASSERT_TRUE(until([&] { return studio->currentJobId() == "verify"; }));
    EXPECT_EQ(drawnPrompts(), QStringList{"one"});
    script->allowAllSteps();
    ASSERT_TRUE(until([&] { return verified.count() == 1 && studio->queue()->rowCount() == 0; }));
    EXPECT_EQ(verified[0][0].toString(), "/some/picture.png");
    EXPECT_EQ(verified[0][1].value<PictureVerdict>().match, Match::SameLook);
    const auto isVerify = [](const QList<QVariant>& report) {
        return report[0].value<JobProgress>().jobId == "verify";
    };
    EXPECT_TRUE(std::any_of(progress.begin(), progress.end(), isVerify));
}

TEST_F(CoreLive, VerifyingCanBeStopped) {
    script->allowSteps(0);
    start();
    QSignalSpy verified(studio.get(), &StudioController::verified);
    QSignalSpy stopped(studio.get(), &StudioController::jobStopped);
    studio->verifyPicture("/some/picture.png");
    EXPECT_TRUE(studio->isDrawing());
    studio->stop();
    ASSERT_TRUE(until([&] { return stopped.count() == 1; }));
    script->allowAllSteps();
    settle();
    EXPECT_EQ(verified.count(), 0);
}

TEST_F(CoreLive, ReportsProgressWithPreviewsAndTheLastStep) {
    start();
    QSignalSpy progress(studio.get(), &StudioController::progressed);
    QSignalSpy drawn(studio.get(), &StudioController::pictureDrawn);
    int reportsBeforePicture = 0;
    QObject::connect(studio.get(), &StudioController::pictureDrawn, studio.get(),
                     [&] { reportsBeforePicture = static_cast<int>(progress.count()); });
    DrawSettings many = settings("one", 200);
    many.steps = 100;
    studio->enqueue({many});
    ASSERT_TRUE(until([&] { return drawn.count() == 1; }));
    ASSERT_GE(progress.count(), 1);
    EXPECT_EQ(progress.count(), reportsBeforePicture);
    const auto last = progress.back()[0].value<JobProgress>();
    EXPECT_EQ(last.step, 100);
    EXPECT_EQ(last.steps, 100);
    EXPECT_EQ(last.preview.pixelColor(3, 3), QColor(200, 200, 200));
}

TEST(CoreProgressMailbox, AtMostTwentyASecondAndTheLatest) {
    ProgressMailbox mailbox;
    int count = 0;
    JobProgress last;
    QObject::connect(&mailbox, &ProgressMailbox::delivered, [&](quint64 run, const JobProgress& progress) {
        EXPECT_EQ(run, 5u);
        ++count;
        last = progress;
    });
    QImage preview(2, 2, QImage::Format_RGB32);
    std::thread engine([&] {
        for (int step = 1; step <= 500; ++step) {
            JobProgress progress;
            progress.step = step;
            if (step == 500 - 1)
                progress.preview = preview;
            mailbox.put(5, progress);
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    QElapsedTimer clock;
    clock.start();
    ASSERT_TRUE(QTest::qWaitFor([&] { return last.step == 500; }, 10000));
    engine.join();
    EXPECT_LE(count, clock.elapsed() / 50 + 2);
    EXPECT_GE(count, 3);
    EXPECT_FALSE(last.preview.isNull());  // one that was not shown yet is not lost
}

}  // namespace
}  // namespace penjing::studio
