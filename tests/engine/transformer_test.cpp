#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "model_support.h"
#include "noise/noise.h"
#include "reference_ops.h"
#include "transformer/rope_tables.h"
#include "transformer/timestep_embedding.h"
#include "transformer/token_chunks.h"
#include "transformer/transformer.h"
#include "transformer/weight_rows.h"

namespace penjing::test {
namespace {

std::vector<float> timestep(float sigma) {
    std::vector<float> values(256);
    timestepEmbedding(sigma, {values.data(), 1, 256, 256});
    return values;
}

TEST(Transformer, TimestepEmbeddingOfThousand) {
    const std::vector<float> e = timestep(1.0f);
    EXPECT_NEAR(e[0], 0.562379, 1e-5);
    EXPECT_NEAR(e[1], 0.789615, 1e-4);  // angles near 1000 are rounded to 6e-5 in fp32
    EXPECT_NEAR(e[2], 0.439954, 1e-4);
    EXPECT_NEAR(e[64], -0.839072, 1e-5);
    EXPECT_NEAR(e[127], 0.994232, 1e-6);
    EXPECT_NEAR(e[128], 0.826880, 1e-5);
    EXPECT_NEAR(e[129], 0.613603, 1e-4);
    EXPECT_NEAR(e[130], -0.898020, 1e-4);
}

TEST(Transformer, TimestepEmbeddingBetween) {
    const std::vector<float> e = timestep(0.9580853716f);
    EXPECT_NEAR(e[0], -0.994965, 1e-4);
    EXPECT_NEAR(e[1], 0.799188, 1e-4);
    EXPECT_NEAR(e[2], 0.959015, 1e-4);
    EXPECT_NEAR(e[128], 0.100219, 1e-4);
    EXPECT_NEAR(e[129], -0.601082, 1e-4);
    EXPECT_NEAR(e[130], 0.283354, 1e-4);
}

TEST(Transformer, RopeFrequenciesOfFlux2) {
    const RopeTables tables = textImageRope(2, 2, 3, {32, 32, 32, 32}, 2000.0);
    const RopeTable view = tables.view();
    ASSERT_EQ(view.positions, 2 + 2 * 3);
    ASSERT_EQ(view.pairs, 64);
    const auto angle = [&](int position, int pair) {
        return std::atan2(view.sin[position * 64 + pair], view.cos[position * 64 + pair]);
    };
    const double omega[] = {1.0, 0.62184998, 0.38669740};
    for (int k = 0; k < 3; ++k) {
        EXPECT_NEAR(angle(1, 48 + k), omega[k], 1e-6) << "text token 1 turns on the fourth axis";
        EXPECT_NEAR(angle(2 + 3, 16 + k), omega[k], 1e-6) << "image row 1 turns on the second";
        EXPECT_NEAR(angle(2 + 1, 32 + k), omega[k], 1e-6) << "image column 1 turns on the third";
    }
    EXPECT_NEAR(angle(1, 48 + 7), 0.03595832, 1e-7);
    EXPECT_NEAR(angle(1, 48 + 8), 0.02236068, 1e-7);
    EXPECT_NEAR(angle(1, 48 + 15), 0.00080405, 1e-8);
    for (int pair = 0; pair < 48; ++pair) EXPECT_EQ(angle(1, pair), 0.0) << "text has no place in the picture";
    for (int pair = 0; pair < 16; ++pair) {
        EXPECT_EQ(angle(7, pair), 0.0);
        EXPECT_EQ(angle(7, 48 + pair), 0.0) << "image tokens have no place in the text";
    }
}

TEST(Transformer, RopeOfQwen3) {
    const RopeTables tables = positionRope(3, 64, 1e6);
    const RopeTable view = tables.view();
    EXPECT_NEAR(view.cos[2 * 32 + 0], std::cos(2.0), 1e-7);
    EXPECT_NEAR(view.sin[2 * 32 + 5], std::sin(2.0 * std::pow(1e6, -10.0 / 64)), 1e-7);
}

TEST(Transformer, ChunksCoverEveryTokenOnce) {
    for (const int tokens : {0, 1, 31, 1024, 1025, 1536, 4608, 5000}) {
        int next = 7;
        const Status status = forEachTokenChunk(7, 7 + tokens, [&](int first, int count) -> Status {
            EXPECT_EQ(first, next);
            EXPECT_GT(count, 0);
            EXPECT_LE(count, largestChunk(tokens));
            next += count;
            return {};
        });
        EXPECT_TRUE(status.ok());
        EXPECT_EQ(next, 7 + tokens);
    }
}

TEST(Transformer, WeightRowsStartAtTheirTile) {
    std::vector<std::byte> data(4 * 2 * 896);
    const Weight whole{.format = WeightFormat::T3, .n = 128, .k = 256, .data = data.data()};
    EXPECT_EQ(weightRows(whole, 64, 32).data - data.data(), 2 * 2 * 896);
    const Weight dense{.format = WeightFormat::BF16, .n = 8, .k = 100, .data = data.data()};
    EXPECT_EQ(weightRows(dense, 3, 2).data - data.data(), 3 * 100 * 2);
    EXPECT_EQ(weightRows(dense, 3, 2).n, 2);
}

// The tiny model with plain arithmetic: what must hold of the graph whatever the kernels.
class TransformerGraph : public testing::Test {
protected:
    static constexpr int kRows = 3, kColumns = 2, kTokens = kRows * kColumns, kText = 5;

    std::vector<float> run(const std::vector<float>& image, const RopeTables& places, const std::vector<float>& text) {
        const int width = transformer.config().inChannels;
        Result<Modulation> modulation = transformer.modulation(ops, Precision::Int15, 0.6f);
        Result<Workspace> workspace =
            Workspace::reserve(Transformer::workspaceFloats(transformer.config(), kText, kTokens));
        std::vector<float> velocity(image.size());
        const int hidden = transformer.config().hidden();
        const Status status = transformer.velocity(
            ops, Precision::Int15, *workspace,
            {{image.data(), kTokens, width, width}, {text.data(), kText, hidden, hidden}, places.view(), &*modulation},
            {velocity.data(), kTokens, width, width});
        EXPECT_TRUE(status.ok());
        return velocity;
    }
    std::size_t channels() const { return static_cast<std::size_t>(transformer.config().inChannels); }
    RopeTables rope() const {
        return textImageRope(kText, kRows, kColumns, transformer.config().axesDimsRope, transformer.config().ropeTheta);
    }

    Model model = openModel(tinyPack());
    Transformer transformer{model.pack()};
    ReferenceOps ops;
    std::vector<float> latents = torchNormal(1, kTokens* static_cast<std::size_t>(transformer.config().inChannels));
    std::vector<float> context = torchNormal(2, kText* static_cast<std::size_t>(transformer.config().hidden()));
};

TEST_F(TransformerGraph, PermutingImageTokensWithTheirPlacesPermutesTheResult) {
    const std::vector<float> straight = run(latents, rope(), context);

    std::vector<float> mirrored(latents.size());
    RopeTables mirroredRope = rope();
    const auto mirrorOf = [](std::size_t token) { return kTokens - 1 - token; };
    const auto omega = [&](int axis, int k) {
        const int size = transformer.config().axesDimsRope[static_cast<std::size_t>(axis)];
        return std::pow(transformer.config().ropeTheta, -2.0 * k / size);
    };
    for (std::size_t token = 0; token < kTokens; ++token) {
        const auto source = static_cast<int>(mirrorOf(token));
        std::copy_n(latents.begin() + source * static_cast<std::ptrdiff_t>(channels()), channels(),
                    mirrored.begin() + static_cast<std::ptrdiff_t>(token * channels()));
        int pair = transformer.config().axesDimsRope[0] / 2;
        for (const auto& [axis, id] : {std::pair{1, source / kColumns}, std::pair{2, source % kColumns}})
            for (int k = 0; k < transformer.config().axesDimsRope[static_cast<std::size_t>(axis)] / 2; ++k)
                mirroredRope.set(kText + static_cast<int>(token), pair++, id * omega(axis, k));
    }
    const std::vector<float> result = run(mirrored, mirroredRope, context);
    std::vector<float> undone(result.size());
    for (std::size_t token = 0; token < kTokens; ++token)
        std::copy_n(result.begin() + static_cast<std::ptrdiff_t>(mirrorOf(token) * channels()), channels(),
                    undone.begin() + static_cast<std::ptrdiff_t>(token * channels()));
    EXPECT_LT(relativeError(undone, straight), 1e-5);
    EXPECT_GT(relativeError(run(mirrored, rope(), context), straight), 1e-2) << "places matter";
}

TEST_F(TransformerGraph, EveryTextTokenIsReadPaddingOrNot) {
    const std::vector<float> before = run(latents, rope(), context);
    for (int row = 0; row < kText; ++row) {
        std::vector<float> changed = context;
        const auto first = changed.begin() + row * transformer.config().hidden();
        std::transform(first, first + transformer.config().hidden(), first, [](float v) { return -v; });
        EXPECT_GT(relativeError(run(latents, rope(), changed), before), 1e-3) << row;
    }
}

TEST_F(TransformerGraph, TooSmallAWorkspaceIsAnInternalError) {
    Result<Modulation> modulation = transformer.modulation(ops, Precision::Int15, 0.6f);
    Result<Workspace> workspace =
        Workspace::reserve(Transformer::workspaceFloats(transformer.config(), kText, kTokens) - 128);
    const int hidden = transformer.config().hidden();
    const int width = transformer.config().inChannels;
    std::vector<float> velocity(latents.size());
    const RopeTables tables = rope();
    const Status status = transformer.velocity(
        ops, Precision::Int15, *workspace,
        {{latents.data(), kTokens, width, width}, {context.data(), kText, hidden, hidden}, tables.view(), &*modulation},
        {velocity.data(), kTokens, width, width});
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::Internal);
}

}  // namespace
}  // namespace penjing::test
