#include "cpu_ops_support.h"

namespace penjing::test {
namespace {

class CpuOpsNormsTest : public EveryKernelSet {};

struct GroupNormCase {
    int height, width, channels, groups;
};

std::vector<float> runGroupNorm(Ops& ops, const GroupNormCase& c, std::vector<float> x, bool inPlace) {
    const std::vector<float> weight = randomFloats(static_cast<std::size_t>(c.channels), 71),
                             bias = randomFloats(static_cast<std::size_t>(c.channels), 72);
    std::vector<float> y(x.size(), kNaN);
    const Image2d in{x.data(), c.height, c.width, c.channels};
    const Image2d out{inPlace ? x.data() : y.data(), c.height, c.width, c.channels};
    EXPECT_TRUE(ops.groupNorm(in, {c.groups, weight.data(), bias.data(), 1e-6f}, out).ok());
    return inPlace ? x : y;
}

TEST_P(CpuOpsNormsTest, GroupNormMatchesDefinition) {
    const auto backend = ops();
    for (const GroupNormCase& c :
         {GroupNormCase{3, 5, 8, 8}, {7, 9, 24, 8}, {1, 1, 6, 2}, {64, 65, 16, 8}, {20, 30, 96, 32}, {5, 5, 3, 1}}) {
        const std::size_t size = static_cast<std::size_t>(c.height * c.width * c.channels);
        std::vector<float> x = randomFloats(size, 73, 2.0f);
        for (float& value : x) value += 3.0f;
        const std::vector<float> weight = randomFloats(static_cast<std::size_t>(c.channels), 71),
                                 bias = randomFloats(static_cast<std::size_t>(c.channels), 72);
        const std::vector<float> y = runGroupNorm(*backend, c, x, false);
        const int pixels = c.height * c.width, perGroup = c.channels / c.groups;
        for (int g = 0; g < c.groups; ++g) {
            double mean = 0.0, variance = 0.0;
            const auto at = [&](int p, int channel) {
                return static_cast<double>(x[static_cast<std::size_t>(p * c.channels + channel)]);
            };
            for (int p = 0; p < pixels; ++p)
                for (int i = g * perGroup; i < (g + 1) * perGroup; ++i) mean += at(p, i) / (pixels * perGroup);
            for (int p = 0; p < pixels; ++p)
                for (int i = g * perGroup; i < (g + 1) * perGroup; ++i)
                    variance += (at(p, i) - mean) * (at(p, i) - mean) / (pixels * perGroup);
            const double factor = 1.0 / std::sqrt(variance + 1e-6);
            for (int p = 0; p < pixels; ++p)
                for (int i = g * perGroup; i < (g + 1) * perGroup; ++i) {
                    const double w = static_cast<double>(weight[static_cast<std::size_t>(i)]),
                                 b = static_cast<double>(bias[static_cast<std::size_t>(i)]);
                    // Scale and shift are rounded once each, then one product and one sum. Where the variance is tiny
                    // the statistics themselves cancel: 1e-12·mean² beside the variance.
                    const double magnitude = (std::abs(at(p, i)) + std::abs(mean)) * factor * std::abs(w) + std::abs(b);
                    ASSERT_NEAR(y[static_cast<std::size_t>(p * c.channels + i)], (at(p, i) - mean) * factor * w + b,
                                4.0 * kRounding * magnitude + 1e-6 * (factor > 100.0 ? 1.0 : 0.0));
                }
        }
    }
}

TEST_P(CpuOpsNormsTest, GroupNormInPlaceAndThreads) {
    const GroupNormCase c{61, 67, 24, 8};
    const std::vector<float> x = randomFloats(static_cast<std::size_t>(c.height * c.width * c.channels), 74);
    const auto one = ops(1), two = ops(2), seven = ops(7);
    const std::vector<float> reference = runGroupNorm(*one, c, x, false);
    EXPECT_TRUE(sameBits(reference, runGroupNorm(*two, c, x, false)));
    EXPECT_TRUE(sameBits(reference, runGroupNorm(*seven, c, x, true)));
}

// Rows of strided views against the kernel run on each row alone, for one and for two threads.
TEST_P(CpuOpsNormsTest, RowsAreIndependentOfThreads) {
    const int rows = 700, cols = 96;
    const std::vector<float> shift = randomFloats(cols, 75), scale = randomFloats(cols, 76);
    std::vector<float> results[2];
    for (const int threads : {1, 2}) {
        const auto backend = ops(threads);
        GappedMatrix x(rows, cols, 5, 77), y(rows, cols, 3, 78), z(rows, cols, 0, 79);
        ASSERT_TRUE(backend->layerNormModulate(x.view, shift.data(), scale.data(), 1e-6f, y.view).ok());
        ASSERT_TRUE(backend->rmsNorm(y.view, scale.data(), 1e-6f, y.view).ok());
        ASSERT_TRUE(backend->swiglu(x.view, y.view, z.view).ok());
        ASSERT_TRUE(backend->silu(z.view, z.view).ok());
        ASSERT_TRUE(backend->add(y.view, z.view).ok());
        EXPECT_TRUE(x.gapsStand() && y.gapsStand());
        results[threads - 1] = z.data;
    }
    EXPECT_TRUE(sameBits(results[0], results[1]));
    for (const float value : results[0]) ASSERT_TRUE(std::isfinite(value));
}

TEST_P(CpuOpsNormsTest, RopeRowFollowsThePosition) {
    const int rows = 5, heads = 2, headDim = 8, positions = 9;
    const std::vector<float> cosine = randomFloats(positions * headDim / 2, 80),
                             sine = randomFloats(positions * headDim / 2, 81);
    const std::vector<float> weight(headDim, 1.0f);
    const RopeTable rope{cosine.data(), sine.data(), positions, headDim / 2};
    const auto backend = ops();
    for (const RopeLayout layout : {RopeLayout::Interleaved, RopeLayout::HalfSplit}) {
        GappedMatrix all(rows, heads * headDim, 1, 82), single = all;
        single.view.data = single.data.data();
        ASSERT_TRUE(backend->headNormRope(all.view, heads, headDim, weight.data(), 1e-6f, rope, 3, layout).ok());
        for (int r = 0; r < rows; ++r) {
            ASSERT_TRUE(
                backend
                    ->headNormRope(single.view.slice(r, 1), heads, headDim, weight.data(), 1e-6f, rope, 3 + r, layout)
                    .ok());
            EXPECT_EQ(std::memcmp(all.view.row(r), single.view.row(r), heads * headDim * sizeof(float)), 0);
        }
        EXPECT_TRUE(all.gapsStand());
        EXPECT_FALSE(backend->headNormRope(all.view, heads, headDim, weight.data(), 1e-6f, rope, 5, layout).ok())
            << "row beyond the table";
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, CpuOpsNormsTest, everyKernelSet(), setName);

}  // namespace
}  // namespace penjing::test
