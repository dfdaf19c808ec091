#include "core/measurements.h"
#include "core/run_estimator.h"
#include "studio_fixture.h"

namespace penjing::studio {
namespace {

class CoreEstimate : public StudioTest {
protected:
    RunEstimate estimate(const DrawSettings& chosen) {
        QSignalSpy ready(studio.get(), &StudioController::estimateReady);
        studio->requestEstimate(chosen);
        if (!until([&] { return ready.count() == 1; }))
            ADD_FAILURE() << "no estimate";
        return ready.isEmpty() ? RunEstimate{} : ready[0][1].value<RunEstimate>();
    }

    void draw(const DrawSettings& chosen) {
        studio->enqueue({chosen});
        ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    }
};

TEST_F(CoreEstimate, IsWorkedOutBeforeAnyRun) {
    start();
    const RunEstimate first = estimate(settings("one"));
    EXPECT_FALSE(first.measured);
    EXPECT_GT(first.textSeconds, 0.0);
    EXPECT_GT(first.drawingSeconds, 0.0);
    EXPECT_GT(first.decodeSeconds, 0.0);
    DrawSettings twice = settings("one");
    twice.steps = 8;  // the model's default is 4
    EXPECT_NEAR(estimate(twice).drawingSeconds, 2.0 * first.drawingSeconds, 1e-9);
    EXPECT_EQ(script->peaksMeasured(), 1);
    start();
    estimate(settings("one"));
    EXPECT_EQ(script->peaksMeasured(), 1);  // once per computer
}

TEST(RunEstimator, CountsTheTokensThatTheModelHas) {
    ModelInfo model;
    model.textEncoderParameters = model.transformerParameters = 1'000'000;
    model.sizeMultiple = 32;
    model.textTokens = 24;
    GenerateRequest request;
    request.width = request.height = 256;  // 8 x 8 tokens
    request.steps = 1;
    request.guidance = 1.0;
    const MachineSpeed machine{1000.0, 250.0};
    const RunEstimate few = estimateTimes(request, model, std::nullopt, machine);
    EXPECT_NEAR(few.drawingSeconds / few.textSeconds, (64.0 + 24.0) / 24.0, 1e-9);
    model.textTokens = 512;
    const RunEstimate many = estimateTimes(request, model, std::nullopt, machine);
    EXPECT_NEAR(many.drawingSeconds / few.drawingSeconds, (64.0 + 512.0) / (64.0 + 24.0), 1e-9);
}

TEST_F(CoreEstimate, ConvergesToWhatRunsTake) {
    start();
    script->setSeconds({0.0, 3.0, 8.0, 1.0, 12.0});
    draw(settings("one"));
    RunEstimate now = estimate(settings("other words"));
    EXPECT_TRUE(now.measured);
    EXPECT_NEAR(now.textSeconds, 3.0, 1e-6);
    EXPECT_NEAR(now.drawingSeconds, 8.0, 1e-6);
    EXPECT_NEAR(now.decodeSeconds, 1.0, 1e-6);

    script->setSeconds({0.0, 3.0, 16.0, 1.0, 20.0});  // the computer became slower
    double before = now.drawingSeconds;
    for (quint64 seed = 2; seed < 12; ++seed) {
        draw(settings("one", seed));
        now = estimate(settings("other words"));
        EXPECT_GT(now.drawingSeconds, before);
        EXPECT_LT(now.drawingSeconds, 16.0);
        before = now.drawingSeconds;
    }
    EXPECT_NEAR(now.drawingSeconds, 16.0, 0.5);

    start();  // kept per computer
    EXPECT_NEAR(estimate(settings("x")).drawingSeconds, now.drawingSeconds, 1e-6);
}

TEST_F(CoreEstimate, OtherSizesAndGuidanceFollow) {
    start();
    script->setSeconds({0.0, 3.0, 8.0, 1.0, 12.0});
    draw(settings("one"));  // 256x256
    DrawSettings large = settings("two");
    large.width = 512;
    large.height = 512;
    large.guidance = 4.0;
    const RunEstimate expected = estimate(large);
    EXPECT_NEAR(expected.drawingSeconds, 8.0 * 4 * 2, 1e-6);
    EXPECT_NEAR(expected.decodeSeconds, 4.0, 1e-6);
    EXPECT_NEAR(expected.textSeconds, 3.0, 1e-6);
}

TEST_F(CoreEstimate, ThePromptJustDrawnNeedsNoText) {
    start();
    draw(settings("one"));
    EXPECT_EQ(estimate(settings("one", 99)).textSeconds, 0.0);
    EXPECT_GT(estimate(settings("two")).textSeconds, 0.0);
}

TEST_F(CoreEstimate, AResumedRunCountsItsOwnSteps) {
    script->allowSteps(2);
    start();
    const QString id = studio->enqueue({settings("one")}).front();
    ASSERT_TRUE(until([&] { return stepsOf(id) == 2; }));
    studio->stop();
    script->setSeconds({0.0, 3.0, 8.0, 1.0, 12.0});
    script->allowAllSteps();
    studio->retryJob(id);
    ASSERT_TRUE(until([&] { return studio->queue()->rowCount() == 0; }));
    EXPECT_NEAR(estimate(settings("two")).drawingSeconds, 16.0, 1e-6);  // four steps: two took 8 s
}

TEST_F(CoreEstimate, SaysWhichSizeWouldFit) {
    script->setPlan([](const GenerateRequest& request) -> Result<MemoryPlan> {
        return MemoryPlan{
            .peak = static_cast<std::uint64_t>(request.width) * static_cast<std::uint64_t>(request.height),
            .available = 500 * 500};
    });
    start();
    DrawSettings large = settings("one");
    large.width = 1024;
    large.height = 512;
    const RunEstimate tooLarge = estimate(large);
    EXPECT_FALSE(tooLarge.fits);
    EXPECT_EQ(tooLarge.peakBytes, 1024u * 512u);
    EXPECT_EQ(tooLarge.availableBytes, 250000u);
    EXPECT_EQ(tooLarge.largestSide, 496);
    const RunEstimate small = estimate(settings("one"));
    EXPECT_TRUE(small.fits);
    EXPECT_FALSE(small.largestSide);

    script->setPlan([](const GenerateRequest&) -> Result<MemoryPlan> { return MemoryPlan{.peak = 2, .available = 1}; });
    EXPECT_FALSE(estimate(large).largestSide);  // nothing fits
}

TEST_F(CoreEstimate, OnlyTheLatestRequestIsAnswered) {
    open();
    QSignalSpy ready(studio.get(), &StudioController::estimateReady);
    for (int i = 0; i < 50; ++i) studio->requestEstimate(settings("before", static_cast<quint64>(i)));
    load();
    for (int i = 0; i < 50; ++i) studio->requestEstimate(settings("after", static_cast<quint64>(i)));
    ASSERT_TRUE(until([&] { return !ready.isEmpty() && ready.back()[0].value<DrawSettings>().seed == 49; }));
    settle();
    EXPECT_EQ(ready.back()[0].value<DrawSettings>().prompt, "after");
    EXPECT_LE(ready.count(), 2);
}

TEST_F(CoreEstimate, ComesWhileAPictureIsDrawn) {
    script->allowSteps(0);
    start();
    studio->enqueue({settings("one")});
    ASSERT_TRUE(until([&] { return script->drawn().size() == 1; }));
    EXPECT_EQ(estimate(settings("a zebra")).unknownWords, QStringList{"zebra"});
}

TEST_F(CoreEstimate, BadSettingsAreAProblem) {
    start();
    QSignalSpy failed(studio.get(), &StudioController::estimateFailed);
    DrawSettings bad = settings("one");
    bad.width = 100;
    studio->requestEstimate(bad);
    ASSERT_TRUE(until([&] { return failed.count() == 1; }));
    EXPECT_EQ(failed[0][1].value<UserProblem>().sentence, describe({ErrorCode::Usage, ""}).sentence);
}

TEST(CoreMeasurements, HostileFilesAreIgnored) {
    const QTemporaryDir root;
    const QString path = root.filePath("measurements.json");
    for (const QByteArray& text :
         {QByteArray("{"), QByteArray("[]"), QByteArray("{\"runs\":{\"k\":[{\"width\":256,\"height\":256}]}}"),
          QByteArray("{\"runs\":{\"k\":[{\"width\":-1,\"height\":256,\"text\":1,\"pass\":1,\"decode\":1}]}}"),
          QByteArray("{\"runs\":{\"k\":[{\"width\":256,\"height\":256,\"text\":1,\"pass\":1e99,\"decode\":1}]}}"),
          QByteArray("{\"machines\":{\"k\":{\"int8Gops\":0,\"fp32Gflops\":1}}}")}) {
        Measurements::write(path, text);
        const Measurements measurements(path);
        EXPECT_FALSE(measurements.expected("k", 256, 256)) << text.toStdString();
        EXPECT_FALSE(measurements.machine("k")) << text.toStdString();
    }
}

TEST(CoreMeasurements, TakesTheNearestSize) {
    const QTemporaryDir root;
    Measurements measurements(root.filePath("m.json"));
    measurements.record("k", {256, 256, 1.0, 2.0, 3.0});
    measurements.record("k", {1024, 1024, -1.0, 64.0, 96.0});
    const auto near = measurements.expected("k", 1024, 512);
    ASSERT_TRUE(near);
    EXPECT_NEAR(near->passSeconds, 32.0, 1e-9);
    EXPECT_NEAR(near->decodeSeconds, 48.0, 1e-9);
    EXPECT_NEAR(near->textSeconds, 1.0, 1e-9);
    EXPECT_FALSE(measurements.expected("other", 256, 256));
}

}  // namespace
}  // namespace penjing::studio
