// How the pipeline behaves, on the tiny random model.
#include "penjing/pipeline.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <numeric>
#include <random>
#include <thread>

#include "model_support.h"
#include "pack/pack.h"

namespace penjing::test {
namespace {

GenerateRequest request(const std::string& prompt, std::uint64_t seed = 1) {
    GenerateRequest result;
    result.prompt = prompt;
    result.seed = seed;
    return result;
}

class PipelineBehaviour : public testing::Test {
protected:
    Model model = openModel(tinyPack());
    Pipeline pipeline = openPipeline(model, anyPicture());
};

TEST_F(PipelineBehaviour, FillsInTheDefaultsAndTheRecipe) {
    const GenerateResult result = mustGenerate(pipeline, request("a red apple", 99));
    EXPECT_EQ(result.image.width, 64);
    EXPECT_EQ(result.image.height, 48);
    EXPECT_EQ(result.image.rgb.size(), 64u * 48u * 3u);
    EXPECT_EQ(result.recipe.prompt, "a red apple");
    EXPECT_EQ(result.recipe.seed, 99u);
    EXPECT_EQ(result.recipe.steps, 4);
    EXPECT_EQ(result.recipe.guidance, 3.0);
    EXPECT_EQ(result.recipe.modelName, "Tiny");
    EXPECT_EQ(result.recipe.modelHash, model.pack().modelHash());
    EXPECT_EQ(result.recipe.kernels, pipeline.kernelSetName());
    EXPECT_EQ(result.recipe.precision, "int8");
    EXPECT_EQ(result.recipe.pixelHash, pixelHash(result.image));
    EXPECT_GT(result.seconds.total, 0.0);
    EXPECT_GE(result.seconds.total, result.seconds.text + result.seconds.denoise + result.seconds.decode - 1e-3);
    EXPECT_GT(result.peakResidentBytes, 1u << 20);
    EXPECT_EQ(pipeline.threads(), 2);
}

TEST_F(PipelineBehaviour, RefusesWhatTheModelCannotDraw) {
    const auto refused = [&](auto change) {
        GenerateRequest bad = request("a tree");
        change(bad);
        const Status status = pipeline.check(bad);
        const Result<GenerateResult> result = pipeline.generate(bad, {}, {});
        return !status && status.error().code == ErrorCode::Usage && !result && result.error().code == ErrorCode::Usage;
    };
    EXPECT_TRUE(pipeline.check(request("a tree")).ok());
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.width = 50; })) << "not a multiple of 16";
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.height = 16; })) << "below the limit";
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.width = 272; })) << "above the limit";
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.width = -64; }));
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.steps = 1001; }));
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.steps = -1; }));
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.guidance = -1.0; }));
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.guidance = std::nan(""); }));
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.previewEvery = -1; }));
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.prompt = "\xC3("; })) << "not UTF-8";
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.initialLatents = std::vector<float>(3); }));
    EXPECT_TRUE(refused([](GenerateRequest& r) { r.initialLatents = std::vector<float>(12 * 32, HUGE_VALF); }));
}

TEST_F(PipelineBehaviour, UnknownKernelsAreAUsageError) {
    PipelineOptions options;
    options.kernels = "abacus";
    const Result<Pipeline> result = Pipeline::create(model, options);
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::Usage);
    EXPECT_NE(result.error().message.find("scalar"), std::string::npos);
    options.kernels.clear();
    options.threads = -1;
    EXPECT_FALSE(Pipeline::create(model, options).ok());
}

TEST_F(PipelineBehaviour, SameRequestSameBytesAndSeedsDiffer) {
    const GenerateResult first = mustGenerate(pipeline, request("a red apple", 5));
    const GenerateResult again = mustGenerate(pipeline, request("a red apple", 5));
    EXPECT_FALSE(first.textFromCache);
    EXPECT_TRUE(again.textFromCache);
    EXPECT_EQ(first.image.rgb, again.image.rgb);
    EXPECT_EQ(first.finalLatents, again.finalLatents);
    const GenerateResult other = mustGenerate(pipeline, request("a red apple", 5 + (1ull << 32)));
    EXPECT_NE(first.image.rgb, other.image.rgb);

    Pipeline fresh = openPipeline(model, anyPicture());
    EXPECT_EQ(mustGenerate(fresh, request("a red apple", 5)).image.rgb, first.image.rgb);
}

TEST_F(PipelineBehaviour, PromptsChangeThePicture) {
    EXPECT_NE(mustGenerate(pipeline, request("a red apple")).finalLatents,
              mustGenerate(pipeline, request("small bonsai tree")).finalLatents);
}

TEST_F(PipelineBehaviour, KeepsTheLastPromptsOnly) {
    const char* prompts[] = {"a", "red", "green", "blue", "small", "tall", "apple", "tree", "moon"};
    for (const char* prompt : prompts) EXPECT_FALSE(mustGenerate(pipeline, request(prompt)).textFromCache) << prompt;
    EXPECT_TRUE(mustGenerate(pipeline, request("moon")).textFromCache);
    EXPECT_FALSE(mustGenerate(pipeline, request("a")).textFromCache);
}

TEST_F(PipelineBehaviour, GuidanceOfOneIsTheConditionalPassAlone) {
    const auto latents = [&](double guidance, const std::string& prompt) {
        GenerateRequest r = request(prompt);
        r.guidance = guidance;
        return mustGenerate(pipeline, r).finalLatents;
    };
    // Almost 1 takes both passes and must end next to the single pass; 0 is the unconditional prediction.
    EXPECT_LT(relativeError(latents(1.0 + 1e-6, "a red apple"), latents(1.0, "a red apple")), 1e-4);
    EXPECT_LT(relativeError(latents(0.0, "a red apple"), latents(1.0, "")), 1e-4);
    EXPECT_GT(relativeError(latents(3.0, "a red apple"), latents(1.0, "a red apple")), 1e-3);
}

TEST_F(PipelineBehaviour, StartsFromGivenLatents) {
    GenerateRequest given = request("a red apple");
    given.initialLatents = std::vector<float>(12 * 32, 0.25f);
    const GenerateResult result = mustGenerate(pipeline, given);
    given.seed = 4711;
    EXPECT_EQ(mustGenerate(pipeline, given).image.rgb, result.image.rgb);
    EXPECT_NE(mustGenerate(pipeline, request("a red apple")).image.rgb, result.image.rgb);
}

TEST_F(PipelineBehaviour, ReportsEveryStepInOrder) {
    std::vector<std::pair<Phase, int>> seen;
    double elapsed = 0.0;
    double lastRemaining = -1.0;
    GenerateRequest r = request("a red apple");
    r.steps = 3;
    mustGenerate(pipeline, r, [&](const Progress& progress) {
        seen.emplace_back(progress.phase, progress.step);
        EXPECT_EQ(progress.steps, 3);
        EXPECT_GE(progress.elapsedSeconds, elapsed);
        elapsed = progress.elapsedSeconds;
        lastRemaining = progress.remainingSeconds;
        EXPECT_EQ(progress.preview, nullptr);
    });
    const std::vector<std::pair<Phase, int>> expected{{Phase::Text, 0},    {Phase::Denoise, 0}, {Phase::Denoise, 1},
                                                      {Phase::Denoise, 2}, {Phase::Denoise, 3}, {Phase::Decode, 3}};
    EXPECT_EQ(seen, expected);
    EXPECT_LT(lastRemaining, 0.0) << "nothing is known about decoding yet";
    mustGenerate(pipeline, r, [&](const Progress& progress) {
        EXPECT_TRUE(progress.phase == Phase::Text || progress.remainingSeconds > 0.0);
    });
}

std::vector<float> brightness(const Image& image) {
    std::vector<float> result;
    for (const std::uint8_t level : image.rgb) result.push_back(level);
    const double mean = std::accumulate(result.begin(), result.end(), 0.0) / static_cast<double>(result.size());
    for (float& value : result) value -= static_cast<float>(mean);
    return result;
}

TEST_F(PipelineBehaviour, PreviewsShowWhatIsComing) {
    GenerateRequest r = request("a red apple");
    r.width = 96;
    r.steps = 5;
    r.previewEvery = 2;
    std::vector<Image> previews;
    const GenerateResult result = mustGenerate(pipeline, r, [&](const Progress& progress) {
        if (progress.preview) {
            EXPECT_EQ(progress.step % 2, 0);
            previews.push_back(*progress.preview);
        }
    });
    ASSERT_EQ(previews.size(), 2u);
    for (const Image& preview : previews) {
        EXPECT_EQ(preview.width, 96);
        EXPECT_EQ(preview.height, 48);
        ASSERT_EQ(preview.rgb.size(), result.image.rgb.size());
        EXPECT_GT(cosine(brightness(preview), brightness(result.image)), 0.3);
    }
}

TEST_F(PipelineBehaviour, CancelsSoonAtAnyMomentAndGoesOn) {
    const std::vector<std::uint8_t> expected = mustGenerate(pipeline, request("a red apple")).image.rgb;
    GenerateRequest big = request("small bonsai tree");
    big.width = big.height = 256;
    big.steps = 1000;
    std::mt19937 random(20);
    for (int round = 0; round < 12; ++round) {
        std::stop_source source;
        std::clock_t asked = 0;
        std::thread canceller([&, delay = std::chrono::milliseconds(random() % 120)] {
            std::this_thread::sleep_for(delay);
            asked = std::clock();
            source.request_stop();
        });
        const Result<GenerateResult> result = pipeline.generate(big, source.get_token(), {});
        const std::clock_t answered = std::clock();
        canceller.join();
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
        // Work done after the request, in processor time: waiting for a busy machine is not ours. 150 ms per thread.
        EXPECT_LT(static_cast<double>(answered - asked) / CLOCKS_PER_SEC, 0.15 * pipeline.threads());
    }
    EXPECT_EQ(mustGenerate(pipeline, request("a red apple")).image.rgb, expected);
}

TEST_F(PipelineBehaviour, CancelledBeforeItStartsOrFromTheCallback) {
    std::stop_source before;
    before.request_stop();
    const Result<GenerateResult> never = pipeline.generate(request("tree"), before.get_token(), {});
    ASSERT_FALSE(never.ok());
    EXPECT_EQ(never.error().code, ErrorCode::Cancelled);
    for (const Phase phase : {Phase::Text, Phase::Denoise, Phase::Decode}) {
        std::stop_source source;
        const Result<GenerateResult> result =
            pipeline.generate(request("tree"), source.get_token(), [&](const Progress& progress) {
                if (progress.phase == phase)
                    source.request_stop();
            });
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().code, ErrorCode::Cancelled);
    }
    EXPECT_FALSE(mustGenerate(pipeline, request("tree stone")).textFromCache);
}

TEST_F(PipelineBehaviour, PlansMemoryAndRefusesWithASizeThatFits) {
    GenerateRequest big = request("a red apple");
    big.width = 256;
    big.height = 192;
    const Result<MemoryPlan> plan = pipeline.plan(big);
    ASSERT_TRUE(plan.ok());
    EXPECT_TRUE(plan->fits());
    EXPECT_GE(plan->peak, plan->activations);
    EXPECT_GT(plan->available, plan->peak);
    GenerateRequest small = big;
    small.width = 128;
    small.height = 96;
    EXPECT_LT(pipeline.plan(small)->peak, plan->peak);

    PipelineOptions options = anyPicture();
    options.memoryLimit = (plan->peak + pipeline.plan(small)->peak) / 2;
    Pipeline limited = openPipeline(model, options);
    EXPECT_FALSE(limited.plan(big)->fits());
    const Result<GenerateResult> refused = limited.generate(big, {}, {});
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::Memory);
    const std::size_t at = refused.error().message.find("; ");
    ASSERT_NE(at, std::string::npos) << refused.error().message;
    int width = 0;
    int height = 0;
    ASSERT_EQ(std::sscanf(refused.error().message.c_str() + at, "; %dx%d would fit", &width, &height), 2)
        << refused.error().message;
    EXPECT_GE(width, 128);
    EXPECT_LT(width, 256);
    GenerateRequest named = big;
    named.width = width;
    named.height = height;
    EXPECT_TRUE(limited.generate(named, {}, {}).ok());

    options.memoryLimit = 1;
    Pipeline hopeless = openPipeline(model, options);
    const Result<GenerateResult> none = hopeless.generate(big, {}, {});
    ASSERT_FALSE(none.ok());
    EXPECT_NE(none.error().message.find("no size"), std::string::npos);
}

// The first scale of the first tile of a t3 matrix.
constexpr std::size_t kFirstScale = 832;
constexpr std::uint16_t kHalfNaN = 0x7E00;

std::string failureOf(const std::filesystem::path& path) {
    Pipeline spoiled = openPipeline(openModel(path), anyPicture());
    const Result<GenerateResult> result = spoiled.generate(request("a red apple"), {}, {});
    if (result)
        return "drew a picture";
    EXPECT_EQ(result.error().code, ErrorCode::Internal);
    return result.error().message;
}

TEST(PipelineValues, NaNInTheTextEncoderIsReported) {
    SpoiledPack pack(tinyPack());
    pack.put("text_encoder.layers.0.input_layernorm.weight", 0, std::nanf(""));
    EXPECT_NE(failureOf(pack.write()).find("text encoder"), std::string::npos);
}

TEST(PipelineValues, NaNInATernaryScaleOfTheTextEncoderIsReported) {
    SpoiledPack pack(tinyPack());
    pack.put("text_encoder.layers.0.mlp.gate_proj.weight", kFirstScale, kHalfNaN);
    EXPECT_NE(failureOf(pack.write()).find("text encoder"), std::string::npos);
}

TEST(PipelineValues, NaNInTheTransformerNamesTheStep) {
    SpoiledPack pack(tinyPack());
    pack.put("transformer.single_transformer_blocks.1.attn.to_out.weight", kFirstScale, kHalfNaN);
    EXPECT_NE(failureOf(pack.write()).find("transformer step 1"), std::string::npos);
}

TEST(PipelineValues, NaNInAHeadNormOfTheTransformerNamesTheStep) {
    SpoiledPack pack(tinyPack());
    pack.put("transformer.transformer_blocks.0.attn.norm_q.weight", 0, std::nanf(""));
    EXPECT_NE(failureOf(pack.write()).find("transformer step 1"), std::string::npos);
}

TEST(PipelineValues, NaNInTheDecoderIsReported) {
    SpoiledPack pack(tinyPack());
    pack.put("vae.decoder.up_blocks.1.resnets.0.conv1.bias", 4, std::nanf(""));
    EXPECT_NE(failureOf(pack.write()).find("decoder"), std::string::npos);
}

TEST(PipelineValues, AFileThatShrinksIsReported) {
    SpoiledPack pack(tinyPack());
    const std::filesystem::path path = pack.write();
    Pipeline pipeline = openPipeline(openModel(path), anyPicture());
    mustGenerate(pipeline, request("a red apple"));
    std::filesystem::resize_file(path, 4096);
    const Result<GenerateResult> result = pipeline.generate(request("a red apple"), {}, {});
    ASSERT_FALSE(result.ok());
    EXPECT_EQ(result.error().code, ErrorCode::ModelFile);
}

}  // namespace
}  // namespace penjing::test
