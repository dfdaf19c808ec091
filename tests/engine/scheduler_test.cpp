#include <gtest/gtest.h>

#include "scheduler/euler.h"
#include "scheduler/sigmas.h"

namespace penjing {
namespace {

struct Golden {
    int width, height, tokens;
    double mu;
    std::vector<double> sigmas;
};

// FLUX.2 klein, four steps.
const Golden kFlux2[] = {
    {128, 128, 64, 1.9492865, {1, 0.9546917, 0.8753688, 0.7007086, 0}},
    {256, 256, 256, 1.9655672, {1, 0.9553908, 0.8771342, 0.7041117, 0}},
    {512, 512, 1024, 2.0306897, {1, 0.9580854, 0.8839818, 0.7174966, 0}},
    {768, 768, 2304, 2.1392273, {1, 0.9622337, 0.8946578, 0.7389687, 0}},
    {1024, 768, 3072, 2.2043498, {1, 0.9645303, 0.9006394, 0.7513336, 0}},
    {1280, 720, 3600, 2.2491216, {1, 0.9660306, 0.9045747, 0.7596039, 0}},
    {1024, 1024, 4096, 2.2911799, {1, 0.9673840, 0.9081439, 0.7672000, 0}},
    {2048, 2048, 16384, 3.2299863, {1, 0.9869856, 0.9619473, 0.8939154, 0}},
};

TEST(Scheduler, Flux2EmpiricalShift) {
    const SchedulerConfig config{.shift = 3.0, .dynamicMu = DynamicMu::Flux2Empirical};
    for (const Golden& golden : kFlux2) {
        EXPECT_NEAR(flux2EmpiricalMu(golden.tokens, 4), golden.mu, 1e-7) << golden.tokens;
        const std::vector<float> sigmas = sigmaSchedule(config, 4, golden.tokens);
        ASSERT_EQ(sigmas.size(), 5u);
        for (std::size_t i = 0; i < sigmas.size(); ++i)
            EXPECT_NEAR(sigmas[i], golden.sigmas[i], 1e-7) << golden.tokens << " " << i;
    }
}

TEST(Scheduler, EmpiricalShiftDependsOnStepsBelow4300TokensOnly) {
    EXPECT_NE(flux2EmpiricalMu(4300, 4), flux2EmpiricalMu(4300, 8));
    EXPECT_EQ(flux2EmpiricalMu(4301, 4), flux2EmpiricalMu(4301, 8));
}

TEST(Scheduler, StaticShiftOfThree) {
    const std::vector<float> sigmas = sigmaSchedule({.shift = 3.0, .dynamicMu = DynamicMu::None}, 4, 64);
    const double expected[] = {1.0, 0.9, 0.75, 0.5, 0.0};
    ASSERT_EQ(sigmas.size(), 5u);
    for (std::size_t i = 0; i < sigmas.size(); ++i) EXPECT_NEAR(sigmas[i], expected[i], 1e-7);
}

TEST(Scheduler, StartsAtOneEndsAtZeroAndFalls) {
    for (const DynamicMu mu : {DynamicMu::None, DynamicMu::Flux2Empirical})
        for (const int steps : {1, 2, 7, 1000}) {
            const std::vector<float> sigmas = sigmaSchedule({.shift = 2.0, .dynamicMu = mu}, steps, 256);
            ASSERT_EQ(sigmas.size(), static_cast<std::size_t>(steps) + 1);
            EXPECT_EQ(sigmas.front(), 1.0f);
            EXPECT_EQ(sigmas.back(), 0.0f);
            for (std::size_t i = 1; i < sigmas.size(); ++i) EXPECT_LT(sigmas[i], sigmas[i - 1]);
        }
}

TEST(Scheduler, EulerFollowsTheVelocityDownwards) {
    std::vector<float> x{1.0f, -2.0f, 3.0f, 4.0f};
    std::vector<float> velocity{4.0f, 8.0f, -4.0f, 0.0f};
    eulerStep(0.75f, 0.5f, ConstMat{velocity.data(), 2, 2, 2}, Mat{x.data(), 2, 2, 2});
    EXPECT_EQ(x, (std::vector<float>{0.0f, -4.0f, 4.0f, 4.0f}));
}

TEST(Scheduler, GuidanceExtrapolatesFromTheUnconditional) {
    std::vector<float> velocity{2.0f, 1.0f};
    std::vector<float> unconditional{1.0f, 1.0f};
    applyGuidance(3.0f, ConstMat{unconditional.data(), 1, 2, 2}, Mat{velocity.data(), 1, 2, 2});
    EXPECT_EQ(velocity, (std::vector<float>{4.0f, 1.0f}));
}

TEST(Scheduler, PredictedCleanIsTheEndOfTheLine) {
    std::vector<float> x{1.0f, -2.0f, 0.5f};
    const std::vector<float> velocity{0.5f, 4.0f, -1.0f};
    predictClean(0.25f, {velocity.data(), 1, 3, 3}, {x.data(), 1, 3, 3});
    EXPECT_EQ(x, (std::vector<float>{0.875f, -3.0f, 0.75f}));
    // At sigma 0 the line has ended.
    predictClean(0.0f, {velocity.data(), 1, 3, 3}, {x.data(), 1, 3, 3});
    EXPECT_EQ(x, (std::vector<float>{0.875f, -3.0f, 0.75f}));
}

}  // namespace
}  // namespace penjing
