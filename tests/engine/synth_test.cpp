#include "penjing/synth.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "pack/pack.h"
#include "pack/weight_format.h"
#include "pack_support.h"

namespace penjing {
namespace {

TEST(Synth, NamesMapToPresets) {
    EXPECT_EQ(synthPresetByName("tiny"), SynthPreset::Tiny);
    EXPECT_EQ(synthPresetByName("klein-4b"), SynthPreset::Klein4b);
    EXPECT_EQ(synthPresetByName("seedling"), SynthPreset::Seedling);
    EXPECT_FALSE(synthPresetByName("huge").has_value());
    EXPECT_EQ(synthPresetByName("tiny-klein"), SynthPreset::TinyKlein);
    EXPECT_EQ(synthPresetNames().size(), 4u);
}

TEST(Synth, SameSeedSameBytes) {
    const test::TemporaryFolder folder;
    ASSERT_TRUE(synthesize(SynthPreset::Tiny, 1, folder / "same", {}).ok());
    ASSERT_TRUE(synthesize(SynthPreset::Tiny, 2, folder / "other", {}).ok());
    EXPECT_EQ(test::readFile(folder / "same"), test::tinyPackBytes());
    EXPECT_NE(test::readFile(folder / "other"), test::tinyPackBytes());
    EXPECT_LT(test::tinyPackBytes().size(), 1'000'000u);
}

TEST(Synth, EveryPresetOpens) {
    const test::TemporaryFolder folder;
    for (const SynthPreset preset : {SynthPreset::Tiny, SynthPreset::TinyKlein, SynthPreset::Seedling}) {
        ASSERT_TRUE(synthesize(preset, 0, folder / "pack", {}).ok());
        const auto pack = Pack::open(folder / "pack");
        ASSERT_TRUE(pack.ok()) << pack.error().message;
        EXPECT_TRUE((*pack)->verify().ok());
    }
}

TEST(Synth, ProgressCountsBytesAndCanStop) {
    const test::TemporaryFolder folder;
    std::uint64_t last = 0, total = 0;
    ASSERT_TRUE(synthesize(SynthPreset::Tiny, 0, folder / "a", [&](std::uint64_t done, std::uint64_t all) {
                    EXPECT_GE(done, last);
                    last = done;
                    total = all;
                    return true;
                }).ok());
    EXPECT_EQ(total, std::filesystem::file_size(folder / "a"));
    EXPECT_LE(last, total);
    EXPECT_GT(last, total / 2);

    const Status stopped = synthesize(SynthPreset::Tiny, 0, folder / "b", [](auto, auto) { return false; });
    ASSERT_FALSE(stopped.ok());
    EXPECT_EQ(stopped.error().code, ErrorCode::Cancelled);
    EXPECT_FALSE(std::filesystem::exists(folder / "b"));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);  // no temporary left
}

TEST(Synth, WriteErrorsHaveTheirCode) {
    const Status status = synthesize(SynthPreset::Tiny, 0, "/nowhere/at/all.penjing", {});
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::WriteFailed);
}

TEST(Synth, TernaryWeightsAreValidAndOfUnitGain) {
    const test::TemporaryFolder folder;
    test::writeFile(folder / "a", test::tinyPackBytes());
    const auto pack = Pack::open(folder / "a");
    ASSERT_TRUE(pack.ok());
    const Weight weight = (*pack)->weight("transformer.transformer_blocks.0.ff.linear_out.weight");
    ASSERT_EQ(weight.format, WeightFormat::T3);
    double squares = 0.0, count = 0.0;
    for (std::size_t tile = 0; tile < matrixBytes(weight.format, weight.n, weight.k) / 896; ++tile) {
        const auto* bytes = reinterpret_cast<const std::uint8_t*>(weight.data) + 896 * tile;
        for (int i = 0; i < 832; ++i) ASSERT_LE(bytes[i], i < 768 ? 242 : 80);
        for (int channel = 0; channel < 32; ++channel) {
            std::uint16_t half = 0;
            std::memcpy(&half, bytes + 832 + 2 * channel, 2);
            const double scale = std::ldexp(1024 + (half & 1023), (half >> 10) - 25);
            squares += 128 * scale * scale * 2 / 3;
            count += 128;
        }
    }
    EXPECT_NEAR(squares / count * weight.k, 1.0, 0.1);
}

}  // namespace
}  // namespace penjing
