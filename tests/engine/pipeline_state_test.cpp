// Going on with a picture, ending it early and drawing near another one.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "model_support.h"
#include "noise/noise.h"
#include "penjing/verify.h"
#include "pipeline/progress_meter.h"

namespace penjing::test {
namespace {

constexpr int kSteps = 5;

GenerateRequest appleRequest() {
    GenerateRequest request;
    request.prompt = "a red apple";
    request.seed = 11;
    request.steps = kSteps;
    return request;
}

// A finished picture and the states that it went through.
struct Recorded {
    GenerateResult result;
    std::vector<DenoiseState> states;
};

Recorded record(Pipeline& pipeline, const GenerateRequest& request) {
    Recorded recorded;
    recorded.result = mustGenerate(pipeline, request, [&](const Progress& progress) {
        if (progress.state)
            recorded.states.push_back(*progress.state);
    });
    return recorded;
}

std::vector<std::uint8_t> pngOf(const GenerateResult& result) {
    return *encodePng(result.image, &result.recipe);
}

class PipelineState : public testing::Test {
protected:
    Model model = openModel(tinyPack());
    Pipeline pipeline = openPipeline(model, anyPicture());

    bool refused(const GenerateRequest& request) const {
        const Status status = pipeline.check(request);
        return !status && status.error().code == ErrorCode::Usage;
    }
};

TEST_F(PipelineState, IsToldAfterEveryStep) {
    const Recorded whole = record(pipeline, appleRequest());
    ASSERT_EQ(whole.states.size(), static_cast<std::size_t>(kSteps));
    for (int i = 0; i < kSteps; ++i) EXPECT_EQ(whole.states[static_cast<std::size_t>(i)].step, i + 1);
    EXPECT_EQ(whole.states.back().latents, whole.result.finalLatents);
    EXPECT_NE(whole.states.front().latents, whole.result.finalLatents);
}

TEST_F(PipelineState, GoesOnToTheSameFileFromEveryStep) {
    GenerateRequest request = appleRequest();
    request.variation = Variation{3, 0.25};
    const Recorded whole = record(pipeline, request);
    for (const DenoiseState& state : whole.states) {
        Pipeline fresh = openPipeline(model, anyPicture(1));
        GenerateRequest rest = request;
        rest.resumeFrom = state;
        const Recorded resumed = record(fresh, rest);
        EXPECT_EQ(pngOf(resumed.result), pngOf(whole.result)) << state.step;
        EXPECT_EQ(resumed.result.finalLatents, whole.result.finalLatents) << state.step;
        EXPECT_EQ(resumed.states.size(), static_cast<std::size_t>(kSteps - state.step));
    }
}

TEST_F(PipelineState, ProgressOfAResumedRunCountsAllSteps) {
    GenerateRequest request = appleRequest();
    request.steps = 8;
    std::optional<DenoiseState> state;
    mustGenerate(pipeline, request, [&](const Progress& progress) {
        if (progress.state && progress.step == 6)
            state = *progress.state;
    });
    request.resumeFrom = state;
    std::vector<std::pair<Phase, int>> seen;
    mustGenerate(pipeline, request, [&](const Progress& progress) {
        EXPECT_EQ(progress.steps, 8);
        seen.emplace_back(progress.phase, progress.step);
    });
    const std::vector<std::pair<Phase, int>> expected{
        {Phase::Text, 6}, {Phase::Denoise, 6}, {Phase::Denoise, 7}, {Phase::Denoise, 8}, {Phase::Decode, 8}};
    EXPECT_EQ(seen, expected);
}

TEST(ProgressMeter, EstimatesTheStepsThatAreLeftByEarlierPictures) {
    Drawing drawing;
    drawing.steps = 80;
    drawing.gridWidth = 4;
    drawing.gridHeight = 3;
    drawing.guidance = 3.0f;  // two passes
    double remaining = 0.0;
    const ProgressCallback callback = [&remaining](const Progress& progress) { remaining = progress.remainingSeconds; };
    Speeds speeds;
    ProgressMeter(callback, speeds, drawing).beginDenoise();
    EXPECT_LT(remaining, 0.0) << "unknown before the first picture";
    speeds.stepSecondsPerToken = 0.5;
    speeds.decodeSecondsPerToken = 0.25;
    ProgressMeter(callback, speeds, drawing).beginDenoise();
    EXPECT_DOUBLE_EQ(remaining, 80 * 2 * 12 * 0.5 + 12 * 0.25);
    drawing.stepsBefore = 76;
    ProgressMeter(callback, speeds, drawing).beginDenoise();
    EXPECT_DOUBLE_EQ(remaining, 4 * 2 * 12 * 0.5 + 12 * 0.25);
    drawing.stopAfterStep = 78;
    ProgressMeter(callback, speeds, drawing).beginDenoise();
    EXPECT_DOUBLE_EQ(remaining, 2 * 2 * 12 * 0.5 + 12 * 0.25);
}

TEST_F(PipelineState, EndsEarlyWithTheEndOfTheLine) {
    const Recorded whole = record(pipeline, appleRequest());
    GenerateRequest request = appleRequest();
    for (int step = 1; step < kSteps; ++step) {
        request.stopAfterStep = step;
        const Recorded early = record(pipeline, request);
        ASSERT_EQ(early.states.size(), static_cast<std::size_t>(step));
        // The state is the noisy one, from which the picture may still be finished.
        const DenoiseState& noisy = whole.states[static_cast<std::size_t>(step) - 1];
        EXPECT_EQ(early.states.back().latents, noisy.latents);
        EXPECT_NE(early.result.finalLatents, noisy.latents);
        EXPECT_EQ(early.result.recipe.stoppedAfter, step);
        EXPECT_EQ(early.result.recipe.steps, kSteps);
        EXPECT_EQ(early.result.recipe.pixelHash, pixelHash(early.result.image));
        EXPECT_EQ(pngOf(mustGenerate(pipeline, request)), pngOf(early.result)) << step;
    }
}

// One Euler step of the whole schedule ends where the first step of many would end if it went on: at x - velocity.
TEST_F(PipelineState, TheFirstExpectationIsThatOfASingleStep) {
    GenerateRequest early = appleRequest();
    early.stopAfterStep = 1;
    GenerateRequest single = appleRequest();
    single.steps = 1;
    EXPECT_LT(relativeError(mustGenerate(pipeline, early).finalLatents, mustGenerate(pipeline, single).finalLatents),
              1e-5);
}

TEST_F(PipelineState, KeptWhileDrawingIsThePictureOfItsRecipe) {
    const GenerateResult whole = mustGenerate(pipeline, appleRequest());
    for (int step = 1; step <= kSteps; ++step) {
        std::stop_source keep;
        GenerateRequest request = appleRequest();
        request.finishEarly = keep.get_token();
        int last = 0;
        const GenerateResult kept = mustGenerate(pipeline, request, [&](const Progress& progress) {
            last = progress.step;
            if (progress.phase == Phase::Denoise && progress.step == step)
                keep.request_stop();
        });
        EXPECT_EQ(last, step);
        GenerateRequest again = appleRequest();
        again.stopAfterStep = kept.recipe.stoppedAfter;
        EXPECT_EQ(kept.recipe.stoppedAfter, step == kSteps ? 0 : step);
        EXPECT_EQ(pngOf(mustGenerate(pipeline, again)), pngOf(kept)) << step;
        EXPECT_EQ(kept.image.rgb == whole.image.rgb, step == kSteps) << step;
    }
}

TEST_F(PipelineState, KeptBeforeItStartsDrawsOneStepAlsoWhenItGoesOn) {
    std::stop_source keep;
    keep.request_stop();
    GenerateRequest request = appleRequest();
    request.finishEarly = keep.get_token();
    EXPECT_EQ(mustGenerate(pipeline, request).recipe.stoppedAfter, 1);

    const Recorded whole = record(pipeline, appleRequest());
    request.resumeFrom = whole.states[1];
    const GenerateResult kept = mustGenerate(pipeline, request);
    EXPECT_EQ(kept.recipe.stoppedAfter, 3);
    GenerateRequest again = appleRequest();
    again.stopAfterStep = 3;
    EXPECT_EQ(pngOf(mustGenerate(pipeline, again)), pngOf(kept));
}

TEST_F(PipelineState, StoppingAfterTheLastStepIsTheWholePicture) {
    GenerateRequest request = appleRequest();
    const auto whole = pngOf(mustGenerate(pipeline, request));
    request.stopAfterStep = kSteps;
    EXPECT_EQ(pngOf(mustGenerate(pipeline, request)), whole);
}

TEST_F(PipelineState, CancelWinsOverKeep) {
    std::stop_source cancel;
    std::stop_source keep;
    GenerateRequest request = appleRequest();
    request.finishEarly = keep.get_token();
    const Result<GenerateResult> result = pipeline.generate(request, cancel.get_token(), [&](const Progress& progress) {
        if (progress.step == 2) {
            keep.request_stop();
            cancel.request_stop();
        }
    });
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
}

TEST_F(PipelineState, AVariationOfStrengthZeroIsThePictureAndOfOneIsTheOther) {
    const auto drawn = [&](std::uint64_t seed, std::optional<Variation> variation) {
        GenerateRequest request = appleRequest();
        request.seed = seed;
        request.variation = variation;
        return mustGenerate(pipeline, request);
    };
    const GenerateResult plain = drawn(11, std::nullopt);
    EXPECT_EQ(pngOf(drawn(11, Variation{12, 0.0})), pngOf(plain));
    EXPECT_EQ(drawn(11, Variation{12, 1.0}).image.rgb, drawn(12, std::nullopt).image.rgb);
    const GenerateResult near = drawn(11, Variation{12, 0.1});
    const GenerateResult further = drawn(11, Variation{12, 0.6});
    EXPECT_EQ(near.recipe.variation, (Variation{12, 0.1}));
    EXPECT_EQ(near.recipe.seed, 11u);
    EXPECT_NE(near.image.rgb, plain.image.rgb);
    EXPECT_LT(relativeError(near.finalLatents, plain.finalLatents),
              relativeError(further.finalLatents, plain.finalLatents));
}

TEST_F(PipelineState, RefusesWhatCannotBe) {
    const Recorded whole = record(pipeline, appleRequest());
    const auto resumed = [&](auto change) {
        GenerateRequest request = appleRequest();
        request.resumeFrom = whole.states[1];
        change(request);
        return request;
    };
    EXPECT_FALSE(refused(resumed([](GenerateRequest&) {})));
    EXPECT_FALSE(refused(resumed([](GenerateRequest& r) { r.stopAfterStep = 3; })));
    for (const int step : {std::numeric_limits<int>::min(), -1, 0, kSteps + 1, std::numeric_limits<int>::max()})
        EXPECT_TRUE(refused(resumed([&](GenerateRequest& r) { r.resumeFrom->step = step; }))) << step;
    EXPECT_TRUE(refused(resumed([](GenerateRequest& r) { r.resumeFrom->latents.pop_back(); })));
    EXPECT_TRUE(refused(resumed([](GenerateRequest& r) { r.resumeFrom->latents.clear(); })));
    EXPECT_TRUE(refused(resumed([](GenerateRequest& r) { r.resumeFrom->latents[7] = std::nanf(""); })));
    EXPECT_TRUE(refused(resumed([](GenerateRequest& r) { r.resumeFrom->latents[7] = HUGE_VALF; })));
    EXPECT_TRUE(refused(resumed([](GenerateRequest& r) { r.width = 96; }))) << "latents of another size";
    EXPECT_TRUE(refused(resumed([](GenerateRequest& r) { r.initialLatents = r.resumeFrom->latents; })));
    EXPECT_TRUE(refused(resumed([](GenerateRequest& r) { r.stopAfterStep = 2; }))) << "its velocity is gone";

    GenerateRequest request = appleRequest();
    for (const int step : {-1, kSteps + 1, std::numeric_limits<int>::max()}) {
        request.stopAfterStep = step;
        EXPECT_TRUE(refused(request)) << step;
    }
    request.stopAfterStep = 0;
    for (const double strength : {-0.1, 1.1, std::nan(""), HUGE_VAL}) {
        request.variation = Variation{1, strength};
        EXPECT_TRUE(refused(request)) << strength;
    }
}

// A picture in a file, drawn again from what the file says.
PictureVerdict verdictOn(const GenerateResult& result, const Model& model) {
    const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "pipeline_state.png";
    EXPECT_TRUE(writeFileAtomically(path, pngOf(result)).ok());
    const Result<PictureVerdict> verdict = verifyPicture(path, model, {}, {});
    std::filesystem::remove(path);
    EXPECT_TRUE(verdict.ok());
    return *verdict;
}

// Also where there are no lookups: their arithmetic is every set's.
TEST_F(PipelineState, VerifyDrawsPicturesOfEveryPrecisionAgain) {
    std::vector<std::vector<std::uint8_t>> pictures;
    for (const Precision precision : {Precision::Int7, Precision::Int8, Precision::Int15}) {
        Pipeline other = openPipeline(model, anyPicture(1, precision));
        const GenerateResult result = mustGenerate(other, appleRequest());
        EXPECT_EQ(result.recipe.precision, precisionName(precision));
        EXPECT_EQ(precisionByName(result.recipe.precision), precision);
        EXPECT_EQ(verdictOn(result, model).match, Match::Identical) << result.recipe.precision;
        for (const auto& rgb : pictures) EXPECT_NE(rgb, result.image.rgb) << result.recipe.precision;
        pictures.push_back(result.image.rgb);
    }
}

TEST_F(PipelineState, VerifyDrawsVariationsAndEarlyPicturesAgain) {
    GenerateRequest request = appleRequest();
    request.variation = Variation{12, 0.3};
    request.stopAfterStep = 2;
    GenerateResult result = mustGenerate(pipeline, request);
    EXPECT_EQ(verdictOn(result, model).match, Match::Identical);
    result.recipe.stoppedAfter = 3;
    EXPECT_NE(verdictOn(result, model).match, Match::Identical);
    result.recipe.stoppedAfter = 2;
    result.recipe.variation->strength = 0.8;
    EXPECT_NE(verdictOn(result, model).match, Match::Identical);
}

TEST(PipelineStateSeedling, GoesOnToTheSameFileFromEveryStep) {
    const std::filesystem::path pack = sourceFolder() / "assets/seedling.penjing";
    if (!std::filesystem::exists(pack))
        GTEST_SKIP() << "no bundled model";
    Pipeline pipeline = openPipeline(openModel(pack));
    const Recorded whole = record(pipeline, appleRequest());
    for (const DenoiseState& state : whole.states) {
        GenerateRequest rest = appleRequest();
        rest.resumeFrom = state;
        EXPECT_EQ(pngOf(mustGenerate(pipeline, rest)), pngOf(whole.result)) << state.step;
    }
    EXPECT_EQ(verdictOn(whole.result, openModel(pack)).match, Match::Identical);
}

}  // namespace
}  // namespace penjing::test
