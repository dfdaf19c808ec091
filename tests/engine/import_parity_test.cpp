// Imported models stage by stage against diffusers and transformers in float32 (training/import_golden.py).
// docs/parity.md derives the tolerances.
#include <gtest/gtest.h>

#include <cstdio>

#include "cpu/cpu_ops.h"
#include "golden_file.h"
#include "graph_stages.h"
#include "import_layouts.h"
#include "noise/noise.h"
#include "penjing/kernels/kernel_set.h"
#include "reference_ops.h"
#include "scheduler/sigmas.h"
#include "tokenizer/tokenizer.h"

namespace penjing::test {
namespace {

constexpr int kGridWidth = 5, kGridHeight = 4, kSteps = 4;  // 80 x 64

// Largest relative errors (root mean square) per stage: rounding only, and two-plane activations.
struct Limits {
    double conditioning, blocks, velocity, trajectory, picture;
};
constexpr Limits kPlain{5e-6, 5e-6, 1e-5, 5e-5, 1e-5};
constexpr Limits kAccurate{3e-4, 2e-4, 2e-4, 3e-4, 1e-5};

class ImportParity : public testing::Test {
protected:
    const GoldenFile golden{sourceFolder() / "tests/golden/import/golden.safetensors"};
    ReferenceOps plain;
    const std::unique_ptr<Ops> accurate = makeCpuOps(kernels::bestKernelSet(), 2, {});

    static GraphStages stages(const std::string& layout, Ops& ops) {
        return {ImportedModel::of(layout).model.pack(), ops, kGridWidth, kGridHeight};
    }

    std::vector<int> ids(std::size_t prompt) const {
        const std::vector<std::int32_t> all = golden.integers("token_ids");
        const std::size_t length = all.size() / golden.prompts().size();
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(prompt * length);
        return {first, first + static_cast<std::ptrdiff_t>(length)};
    }
    int realTokens(std::size_t prompt) const { return golden.integers("real_tokens")[prompt]; }

    // The rows of [512, width] that the golden file keeps.
    std::vector<float> keptRows(const std::vector<float>& all) const {
        const std::size_t width = all.size() / ids(0).size();
        std::vector<float> kept;
        for (const std::int32_t row : golden.integers("conditioning_rows")) {
            const auto first = all.begin() + static_cast<std::ptrdiff_t>(row) * static_cast<std::ptrdiff_t>(width);
            kept.insert(kept.end(), first, first + static_cast<std::ptrdiff_t>(width));
        }
        return kept;
    }

    static void check(const std::string& what, const std::vector<float>& actual, const std::vector<float>& expected,
                      double limit) {
        const double error = relativeError(actual, expected);
        std::printf("  %-40s relative error %.2e (limit %.0e)\n", what.c_str(), error, limit);
        EXPECT_LT(error, limit) << what;
    }

    // The i-th of `parts` equal parts of a golden tensor.
    std::vector<float> part(const std::string& name, std::size_t i, std::size_t parts) const {
        const std::vector<float> all = golden.floats(name);
        const auto size = static_cast<std::ptrdiff_t>(all.size() / parts);
        const auto first = all.begin() + static_cast<std::ptrdiff_t>(i) * size;
        return {first, first + size};
    }

    void checkVelocities(const std::string& layout, const std::string& name, Ops& ops, double limit) const {
        const std::vector<float> sigmas = golden.floats("velocity_sigmas");
        for (std::size_t i = 0; i < sigmas.size(); ++i)
            check(
                layout + " velocity",
                stages(layout, ops).velocity(golden.floats("noise"), golden.floats("compact_conditioning"), sigmas[i]),
                part(name + ".velocities", i, sigmas.size()), limit);
    }

    static GenerateRequest request(const std::string& prompt, std::uint64_t seed) {
        GenerateRequest request;
        request.prompt = prompt;
        request.seed = seed;
        request.width = 16 * kGridWidth;
        request.height = 16 * kGridHeight;
        return request;
    }
};

TEST_F(ImportParity, TokenIds) {
    const Pack& pack = ImportedModel::of("ternary-mlx").model.pack();
    const Result<Tokenizer> tokenizer =
        Tokenizer::load(pack.bytes("tokenizer.model"), pack.config().tokenizer, pack.config().textEncoder.vocabSize);
    ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().message;
    for (std::size_t i = 0; i < golden.prompts().size(); ++i) {
        const Result<TokenizedPrompt> prompt = tokenizer->encode(golden.prompts()[i]);
        ASSERT_TRUE(prompt.ok());
        EXPECT_EQ(prompt->ids, ids(i)) << golden.prompts()[i];
        EXPECT_EQ(prompt->realTokens, realTokens(i)) << golden.prompts()[i];
    }
}

TEST_F(ImportParity, Noise) {
    const std::vector<float> expected = golden.floats("noise");
    const std::vector<float> noise = initialNoise(golden.noiseSeed(), 128, kGridHeight, kGridWidth);
    ASSERT_EQ(noise.size(), expected.size());
    for (std::size_t i = 0; i < noise.size(); ++i) ASSERT_NEAR(noise[i], expected[i], 2e-6) << i;
}

// Sizes from 128² to 2048² and one to eight steps, with both branches of the formula.
TEST_F(ImportParity, Schedules) {
    const SchedulerConfig& config = ImportedModel::of("ternary-mlx").model.pack().config().scheduler;
    const std::vector<std::int32_t> cases = golden.integers("schedules");
    const std::vector<float> mu = golden.floats("schedule_mu");
    for (std::size_t i = 0; i < mu.size(); ++i) {
        const int tokens = cases[2 * i], steps = cases[2 * i + 1];
        EXPECT_NEAR(flux2EmpiricalMu(tokens, steps), mu[i], 2e-7 * mu[i]) << tokens;
        const std::vector<float> sigmas = sigmaSchedule(config, steps, tokens);
        const std::vector<float> expected = part("schedule_sigmas", i, mu.size());
        ASSERT_EQ(sigmas.size(), static_cast<std::size_t>(steps) + 1);
        for (std::size_t s = 0; s < sigmas.size(); ++s)
            EXPECT_NEAR(sigmas[s], expected[s], 2e-7) << tokens << " tokens, step " << s;
    }
}

TEST_F(ImportParity, TextEncoder) {
    const std::size_t empty = golden.prompts().size() - 1;
    for (const auto& [layout, name] : {std::pair("ternary-unpacked", "bf16"), std::pair("ternary-mlx", "mlx4")}) {
        const std::vector<float> expected = golden.floats(std::string(name) + ".conditioning");
        check(std::string(name) + " plain", keptRows(stages(layout, plain).conditioning(ids(0), realTokens(0))),
              expected, kPlain.conditioning);
        check(std::string(name) + " accurate", keptRows(stages(layout, *accurate).conditioning(ids(0), realTokens(0))),
              expected, kAccurate.conditioning);
    }
    check("empty prompt", keptRows(stages("ternary-unpacked", *accurate).conditioning(ids(empty), realTokens(empty))),
          golden.floats("empty.conditioning"), kAccurate.conditioning);
}

TEST_F(ImportParity, EveryBlock) {
    const float sigma = golden.floats("block_sigma")[0];
    const std::size_t count = golden.shape("ternary.blocks")[0];
    for (const bool exact : {true, false}) {
        const GraphStages graph = stages("ternary-mlx", exact ? static_cast<Ops&>(plain) : *accurate);
        const auto streams = graph.blocks(golden.floats("noise"), golden.floats("compact_conditioning"), sigma);
        ASSERT_EQ(streams.size(), count);
        for (std::size_t b = 0; b < count; ++b)
            check((exact ? "plain" : "accurate") + std::string(" block ") + std::to_string(b), streams[b],
                  part("ternary.blocks", b, count), exact ? kPlain.blocks : kAccurate.blocks);
    }
}

TEST_F(ImportParity, VelocitiesInPlainArithmetic) {
    checkVelocities("ternary-mlx", "ternary", plain, kPlain.velocity);
    checkVelocities("binary-mlx", "binary", plain, kPlain.velocity);
    checkVelocities("plain", "plain", plain, kPlain.velocity);
}

// All layouts of one transformer give the velocity of the one that they were written from.
TEST_F(ImportParity, VelocitiesOfEveryLayout) {
    for (const char* layout : {"ternary-unpacked", "ternary-mlx", "gguf/ternary-q2_0.gguf",
                               "gguf/ternary-q2_0-old.gguf", "gguf/ternary-pq2_0.gguf", "gguf/ternary-ptq1_0.gguf"})
        checkVelocities(layout, "ternary", *accurate, kAccurate.velocity);
    for (const char* layout : {"binary-unpacked", "binary-mlx", "gguf/binary-q1_0.gguf"})
        checkVelocities(layout, "binary", *accurate, kAccurate.velocity);
    checkVelocities("plain", "plain", *accurate, kAccurate.velocity);
}

// Q8_0 becomes bfloat16 in the pack, whose rounding is at most 2⁻⁹ of a weight, 2⁻⁸/√12 in the mean.
TEST_F(ImportParity, ModulationInQ8) {
    checkVelocities("gguf/binary-mod_q8_0-q1_0.gguf", "binary-q8", plain, 1.2e-3);
}

TEST_F(ImportParity, Decoders) {
    const std::vector<float> latents = part("ternary-unpacked.trajectory", kSteps - 1, kSteps);
    for (const auto& [layout, name] : {std::pair("ternary-unpacked", "full"), std::pair("small-decoder", "small")}) {
        const std::vector<float> expected = golden.floats(std::string(name) + ".picture");
        check(std::string(name) + " decoder, plain", stages(layout, plain).picture(latents), expected, kPlain.picture);
        check(std::string(name) + " decoder", stages(layout, *accurate).picture(latents), expected, kAccurate.picture);
    }
}

TEST_F(ImportParity, SamplerFromTheTokenIdsOn) {
    for (const char* layout : {"ternary-unpacked", "ternary-mlx", "binary-mlx", "plain"}) {
        const GraphStages graph = stages(layout, *accurate);
        const std::vector<float> text = graph.conditioning(ids(0), realTokens(0));
        check(std::string(layout) + " trajectory", graph.trajectory(golden.floats("noise"), text, kSteps),
              golden.floats(std::string(layout) + ".trajectory"), kAccurate.trajectory);
    }
}

// Without padding: what diffusers draws when it is given the conditioning of the real tokens only.
TEST_F(ImportParity, SamplerWithRealTokensOnly) {
    const GraphStages graph = stages("ternary-unpacked", *accurate);
    check("compact trajectory", graph.trajectory(golden.floats("noise"), golden.floats("compact_conditioning"), kSteps),
          golden.floats("compact.trajectory"), kAccurate.trajectory);
}

// The whole program against diffusers' whole pipeline: same prompt, seed, size and steps.
TEST_F(ImportParity, PictureFromThePrompt) {
    for (const char* layout : {"ternary-unpacked", "ternary-mlx"}) {
        for (const bool accurately : {true, false}) {
            Pipeline pipeline = openPipeline(ImportedModel::of(layout).model,
                                             anyPicture(2, accurately ? Precision::Int15 : Precision::Int8));
            const GenerateResult result = mustGenerate(pipeline, request(golden.prompts()[0], golden.noiseSeed()));
            const std::vector<float> expected = part(std::string(layout) + ".trajectory", kSteps - 1, kSteps);
            const double similarity = cosine(result.finalLatents, expected);
            const double ratio = psnr(result.image.rgb, golden.octets(std::string(layout) + ".pixels"));
            std::printf("  %s %s: latent cosine %.6f, picture %.2f dB\n", layout, accurately ? "accurate" : "int8",
                        similarity, ratio);
            EXPECT_GT(similarity, accurately ? 0.999999 : 0.9999) << layout;
            EXPECT_GT(ratio, accurately ? 60.0 : 45.0) << layout;
        }
    }
}

}  // namespace
}  // namespace penjing::test
