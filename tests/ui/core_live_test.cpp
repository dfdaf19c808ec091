#include <set>
#include <thread>
#include <vector>

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

// What a mailbox delivered, newest last.
struct Deliveries {
    explicit Deliveries(const ProgressMailbox& mailbox) {
        QObject::connect(&mailbox, &ProgressMailbox::delivered, [this](quint64 run, const JobProgress& progress) {
            runs.push_back(run);
            reports.push_back(progress);
        });
    }
    std::vector<quint64> runs;
    std::vector<JobProgress> reports;
};

JobProgress atStep(int step, const QImage& preview = {}) {
    JobProgress progress;
    progress.step = step;
    progress.preview = preview;
    return progress;
}

TEST(CoreProgressMailbox, AtMostTwentyASecondAndTheLatest) {
    ProgressMailbox mailbox;
    Deliveries delivered(mailbox);
    std::thread engine([&] {
        for (int step = 1; step <= 500; ++step) {
            mailbox.put(5, atStep(step));
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    QElapsedTimer clock;
    clock.start();
    const bool latestCame = QTest::qWaitFor(
        [&] { return !delivered.reports.empty() && delivered.reports.back().step == 500; }, 10000);
    engine.join();
    ASSERT_TRUE(latestCame);
    EXPECT_LE(delivered.reports.size(), static_cast<std::size_t>(clock.elapsed() / 50 + 2));
    EXPECT_EQ(std::set<quint64>(delivered.runs.begin(), delivered.runs.end()), std::set<quint64>{5});
}

TEST(CoreProgressMailbox, GoesOnDelivering) {
    ProgressMailbox mailbox;
    Deliveries delivered(mailbox);
    for (std::size_t count = 1; count <= 3; ++count) {
        mailbox.put(5, atStep(static_cast<int>(count)));
        ASSERT_TRUE(QTest::qWaitFor([&] { return delivered.reports.size() == count; }, 10000));
        EXPECT_EQ(delivered.reports.back().step, static_cast<int>(count));
    }
}

TEST(CoreProgressMailbox, APreviewNobodyHasSeenStaysWithTheNextReport) {
    ProgressMailbox mailbox;
    Deliveries delivered(mailbox);
    const QImage preview(2, 2, QImage::Format_RGB32);
    mailbox.put(5, atStep(1, preview));
    mailbox.put(5, atStep(2));
    mailbox.flush();
    ASSERT_EQ(delivered.reports.size(), 1u);
    EXPECT_EQ(delivered.reports[0].step, 2);
    EXPECT_EQ(delivered.reports[0].preview.cacheKey(), preview.cacheKey());

    mailbox.put(5, atStep(3));  // it was shown: not again
    mailbox.flush();
    ASSERT_EQ(delivered.reports.size(), 2u);
    EXPECT_TRUE(delivered.reports[1].preview.isNull());
}

TEST(CoreProgressMailbox, APreviewDoesNotGoOverToAnotherRun) {
    ProgressMailbox mailbox;
    Deliveries delivered(mailbox);
    mailbox.put(5, atStep(1, QImage(2, 2, QImage::Format_RGB32)));
    mailbox.put(6, atStep(1));
    mailbox.flush();
    EXPECT_EQ(delivered.runs, std::vector<quint64>{6});
    ASSERT_EQ(delivered.reports.size(), 1u);
    EXPECT_TRUE(delivered.reports[0].preview.isNull());
}

}  // namespace
}  // namespace penjing::studio
