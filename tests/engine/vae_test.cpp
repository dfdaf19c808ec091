#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "cpu/cpu_ops.h"
#include "model_support.h"
#include "noise/noise.h"
#include "reference_ops.h"
#include "vae/decoder_memory.h"
#include "vae/latent_image.h"
#include "vae/pixels.h"
#include "vae/two_ended_arena.h"
#include "vae/vae_decoder.h"

namespace penjing::test {
namespace {

TEST(Vae, UnpackingUndoesTheNormalisationAndUnfoldsPatches) {
    VaeConfig config;
    config.latentChannels = 2;
    config.patch = 2;
    config.batchNormEps = 0.25f;
    constexpr int kGridHeight = 2, kGridWidth = 3, kPatched = 8;
    std::vector<float> tokens(kGridHeight * kGridWidth * kPatched);
    for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] = static_cast<float>(i);
    std::vector<float> mean(kPatched), variance(kPatched, 3.75f);  // deviation 2
    for (int i = 0; i < kPatched; ++i) mean[static_cast<std::size_t>(i)] = 1000.0f * static_cast<float>(i);

    std::vector<float> pixels(4 * 6 * 2);
    const Image2d image{pixels.data(), 4, 6, 2};
    unpackLatents(config, mean.data(), variance.data(), {tokens.data(), 6, kPatched, kPatched}, kGridWidth, image);
    for (int h = 0; h < kGridHeight; ++h)
        for (int w = 0; w < kGridWidth; ++w)
            for (int c = 0; c < 2; ++c)
                for (int pi = 0; pi < 2; ++pi)
                    for (int pj = 0; pj < 2; ++pj) {
                        const int patched = c * 4 + pi * 2 + pj;
                        const int token = h * kGridWidth + w;
                        EXPECT_EQ(pixels[static_cast<std::size_t>(((2 * h + pi) * 6 + 2 * w + pj) * 2 + c)],
                                  2.0f * static_cast<float>(token * kPatched + patched) +
                                      1000.0f * static_cast<float>(patched));
                    }
}

TEST(Vae, PixelsAreClampedAndRoundedToNearest) {
    // 127.5 is a tie and goes to the even 128; the step from 0 to 1 is at 0.5.
    std::vector<float> values{-2.0f, -1.0f, 0.0f, 1.0f, 7.0f, -1.0f + 0.49f / 127.5f};
    const Image image = toPixels({values.data(), 1, 2, 3});
    EXPECT_EQ(image.rgb, (std::vector<std::uint8_t>{0, 0, 128, 255, 255, 0}));
    EXPECT_EQ(image.width, 2);
    EXPECT_EQ(image.height, 1);
}

TEST(Vae, ArenaNeverOverlapsWhatIsAlive) {
    Result<Workspace> workspace = Workspace::reserve(TwoEndedArena::workspaceFloats(3000));
    TwoEndedArena arena(*workspace, 3000);
    const Image2d first = arena.takeOpposite(10, 10, 10);
    arena.makeCurrent(first);
    const Image2d second = arena.takeOpposite(10, 10, 10);
    const Image2d third = arena.takeOpposite(10, 10, 9);
    ASSERT_NE(third.data, nullptr);
    EXPECT_GE(third.data, first.data + 1000);
    EXPECT_GE(second.data, third.data + 900);
    EXPECT_EQ(arena.takeOpposite(10, 10, 2).data, nullptr) << "full";

    arena.makeCurrent(second);
    const Image2d fourth = arena.takeOpposite(10, 10, 19);
    ASSERT_NE(fourth.data, nullptr);
    EXPECT_LE(fourth.data + 1900, second.data);
}

class VaeGraph : public testing::Test {
protected:
    static constexpr int kHeight = 2, kWidth = 3;

    std::size_t channels() const { return static_cast<std::size_t>(model.pack().config().vae.patchedChannels()); }
    Result<std::vector<float>> run(Ops& ops, const std::vector<float>& tokens, std::size_t floats) const {
        Result<Workspace> workspace = Workspace::reserve(floats);
        const auto width = static_cast<int>(channels());
        const Result<Image2d> rgb = VaeDecoder(model.pack())
                                        .decode(ops, Precision::Int15, *workspace,
                                                {tokens.data(), kHeight * kWidth, width, width}, kHeight, kWidth);
        if (!rgb)
            return rgb.error();
        EXPECT_EQ(rgb->height, kHeight * model.pack().config().vae.pixelsPerToken());
        EXPECT_EQ(rgb->width, kWidth * model.pack().config().vae.pixelsPerToken());
        EXPECT_EQ(rgb->channels, 3);
        return std::vector<float>(rgb->data, rgb->data + static_cast<std::ptrdiff_t>(rgb->height) * rgb->width * 3);
    }

    Model model = openModel(tinyPack());
    std::vector<float> latents = torchNormal(11, kHeight* kWidth* channels());
    const std::size_t enough = VaeDecoder::workspaceFloats(model.pack().config().vae, kHeight, kWidth);
};

TEST_F(VaeGraph, CpuDecodesAsPlainArithmeticDoes) {
    ReferenceOps plain;
    const Result<std::vector<float>> expected = run(plain, latents, enough);
    ASSERT_TRUE(expected.ok());
    for (const kernels::KernelSet* set : kernels::supportedKernelSets()) {
        const Result<std::vector<float>> actual = run(*makeCpuOps(*set, 2, {}), latents, enough);
        ASSERT_TRUE(actual.ok());
        EXPECT_LT(relativeError(*actual, *expected), 1e-5) << set->name;
    }
}

TEST_F(VaeGraph, NeedsNoMoreThanItSays) {
    ReferenceOps plain;
    EXPECT_TRUE(run(plain, latents, enough).ok());
    const Result<std::vector<float>> starved = run(plain, latents, enough - 8192);
    ASSERT_FALSE(starved.ok());
    EXPECT_EQ(starved.error().code, ErrorCode::Internal);
}

TEST_F(VaeGraph, UsesAllTheMemoryThatItReserves) {
    // One float less than the walk computes must not do, else the plan is too pessimistic.
    ReferenceOps plain;
    const VaeConfig& config = model.pack().config().vae;
    const std::size_t floats = decoderFloats(config, kHeight, kWidth);
    // Widest moment of this decoder: a ResNet at full resolution, two pictures of the narrowest width.
    const std::size_t pixels =
        kHeight * kWidth * static_cast<std::size_t>(config.pixelsPerToken() * config.pixelsPerToken());
    EXPECT_EQ(floats, pixels * static_cast<std::size_t>(2 * config.decoderBlockOutChannels.front()));
}

TEST_F(VaeGraph, TokensLandWhereTheyBelong) {
    ReferenceOps plain;
    const Result<std::vector<float>> before = run(plain, latents, enough);
    std::vector<float> changed = latents;
    // The last token: bottom right of 2 x 3.
    std::fill(changed.end() - static_cast<std::ptrdiff_t>(channels()), changed.end(), 2.0f);
    const Result<std::vector<float>> after = run(plain, changed, enough);
    const int size = model.pack().config().vae.pixelsPerToken();
    std::vector<double> change(kHeight * kWidth);
    for (int y = 0; y < kHeight * size; ++y)
        for (int x = 0; x < kWidth * size; ++x)
            for (int c = 0; c < 3; ++c) {
                const auto at = static_cast<std::size_t>((y * kWidth * size + x) * 3 + c);
                change[static_cast<std::size_t>(y / size * kWidth + x / size)] +=
                    std::abs((*after)[at] - (*before)[at]);
            }
    EXPECT_EQ(std::max_element(change.begin(), change.end()) - change.begin(), kHeight * kWidth - 1);
}

TEST(Vae, MemoryOfTheBigDecoder) {
    VaeConfig config;
    config.latentChannels = 32;
    config.decoderBlockOutChannels = {128, 256, 512, 512};
    config.layersPerBlock = 2;
    // 512 x 512: the 256 channels that enter the last block, 128 beside them, and the band of the shortcut.
    EXPECT_EQ(decoderFloats(config, 32, 32), 512u * 512u * (256u + 128u) + 16u * 512u * 128u);
}

TEST(Vae, MemoryWhereAPictureBecomesMuchNarrower) {
    VaeConfig config;
    config.latentChannels = 16;
    config.decoderBlockOutChannels = {16, 32, 80, 128, 160};
    config.layersPerBlock = 1;
    // 256 x 256: the 80 channels at half the size keep their place while the 32 of the last block are computed.
    EXPECT_EQ(decoderFloats(config, 8, 8), 128u * 128u * 80u + 256u * 256u * 32u);
}

}  // namespace
}  // namespace penjing::test
