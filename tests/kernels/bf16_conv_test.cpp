#include <algorithm>

#include "bf16_support.h"

namespace penjing::kernels::test {
namespace {

// One tile of a convolution: output pixels [rows, columns] from (firstRow, firstColumn) on, of a height × width image
// (coordinates after enlarging).
struct Case {
    int height, width, inChannels, outChannels, kernel;
    int firstRow, firstColumn, rows, columns;
    bool upsample = false, bias = true, residual = false;
};

class Problem {
public:
    Problem(const Case& shape, std::uint32_t seed)
        : c(shape),
          depth(c.kernel * c.kernel * c.inChannels),
          x(1, c.height * c.width * c.inChannels, c.height * c.width * c.inChannels, seed),
          weights(1, c.outChannels * depth, c.outChannels * depth, seed + 1),
          bias(1, c.outChannels, c.outChannels, seed + 2),
          residual(c.rows * c.columns, c.outChannels, pixelStride(), seed + 3) {}

    int pixelStride() const { return c.outChannels + 3; }

    // y[pixel][channel] with NaNs between the pixels; the residual is y itself where there is one.
    Fenced run(const ConvKernels& set, int lanes) const {
        const int halo = c.kernel / 2, windowRows = c.rows + 2 * halo;
        const int windowColumns = (c.columns + set.columnStep - 1) / set.columnStep * set.columnStep + 2 * halo;
        std::vector<float> window(convWindowFloats(windowRows, windowColumns, c.inChannels, set.factors) + kFence,
                                  kNaNPair);
        set.packWindow({x.data(), c.height, c.width, c.inChannels, c.upsample, c.firstRow - halo, c.firstColumn - halo,
                        windowRows, windowColumns},
                       window.data());
        expectFence(window);

        const int width = c.outChannels > lanes ? 2 * lanes : lanes;
        std::vector<float> panel(convPanelFloats(c.kernel, c.inChannels, width, set.factors) + kFence, kNaNPair);
        if (c.outChannels < width)
            std::fill(panel.begin(), panel.end() - kFence, 0.0f);
        for (int lane = 0; lane < c.outChannels; lane += kConvLanes)
            set.packChannels(weights.data() + lane * depth, std::min(kConvLanes, c.outChannels - lane), c.kernel,
                             c.inChannels, width, panel.data() + lane);
        expectFence(panel);

        Fenced y = c.residual ? residual : Fenced(c.rows * c.columns, c.outChannels, pixelStride());
        ConvTile tile;
        tile.window = window.data();
        tile.windowColumns = windowColumns;
        tile.inChannels = c.inChannels;
        tile.kernel = c.kernel;
        tile.panel = panel.data();
        tile.panelChannels = c.outChannels;
        tile.bias = c.bias ? bias.data() : nullptr;
        tile.residual = c.residual ? y.data() : nullptr;
        tile.y = y.data();
        tile.pixelStride = pixelStride();
        tile.rowStride = static_cast<std::ptrdiff_t>(c.columns) * pixelStride();
        tile.rows = c.rows;
        tile.columns = c.columns;
        set.convolve(tile);
        EXPECT_TRUE(y.fencesStand());
        return y;
    }

    struct Expected {
        double rounded, exact;  // with and without factors rounded to bfloat16
        double magnitude;       // Σ|x·w| of the exact ones
    };
    Expected expected(int row, int column, int n) const {
        const int factor = c.upsample ? 2 : 1;
        Expected e{};
        for (int ky = 0; ky < c.kernel; ++ky)
            for (int kx = 0; kx < c.kernel; ++kx) {
                const int inRow = c.firstRow + row + ky - c.kernel / 2;
                const int inColumn = c.firstColumn + column + kx - c.kernel / 2;
                if (inRow < 0 || inColumn < 0 || inRow >= c.height * factor || inColumn >= c.width * factor)
                    continue;
                const int pixel = (inRow / factor * c.width + inColumn / factor) * c.inChannels;
                const int tap = n * depth + (ky * c.kernel + kx) * c.inChannels;
                for (int i = 0; i < c.inChannels; ++i) {
                    const float a = x.at(0, pixel + i), b = weights.at(0, tap + i);
                    e.exact += static_cast<double>(a) * static_cast<double>(b);
                    e.rounded += static_cast<double>(roundedToBf16(a)) * static_cast<double>(roundedToBf16(b));
                    e.magnitude += std::abs(static_cast<double>(a) * static_cast<double>(b));
                }
            }
        return e;
    }
    double added(int pixel, int n) const {
        return (c.bias ? static_cast<double>(bias.at(0, n)) : 0.0) +
               (c.residual ? static_cast<double>(residual.at(pixel, n)) : 0.0);
    }

    Case c;
    int depth;
    Fenced x, weights, bias, residual;

private:
    static constexpr int kFence = 64;
    static void expectFence(const std::vector<float>& packed) {
        EXPECT_TRUE(std::all_of(packed.end() - kFence, packed.end(), [](float v) { return std::isnan(v); }));
    }
};

class Bf16ConvTest : public EveryBf16Set {
protected:
    // Products of bfloat16 are exact in fp32, so a sum is off by one rounding for each of its terms; rounding the two
    // factors adds a little more than 2^-7 of every product.
    void check(const Case& c) {
        SCOPED_TRACE(testing::Message() << c.inChannels << " to " << c.outChannels << " channels, kernel " << c.kernel
                                        << ", " << c.rows << " x " << c.columns << " pixels"
                                        << (c.upsample ? ", enlarged" : ""));
        const Problem problem(c, ++seed_);
        const Fenced y = problem.run(conv(), lanes());
        for (int pixel = 0; pixel < c.rows * c.columns; ++pixel)
            for (int n = 0; n < c.outChannels; ++n) {
                const Problem::Expected e = problem.expected(pixel / c.columns, pixel % c.columns, n);
                const double added = problem.added(pixel, n), actual = static_cast<double>(y.at(pixel, n));
                const double sums = (problem.depth + 2) * kRounding * (1.01 * e.magnitude + std::abs(added) + 1.0);
                ASSERT_NEAR(actual, e.rounded + added, sums) << pixel << ", " << n;
                ASSERT_NEAR(actual, e.exact + added, sums + 2.01 * kBf16Rounding * e.magnitude) << pixel << ", " << n;
            }
    }

private:
    std::uint32_t seed_ = 500;
};

TEST_P(Bf16ConvTest, AllRemaindersOfChannels) {
    for (const int inChannels : {1, 2, 3, 7, 8, 9, 16, 31, 40})
        for (const int outChannels : {1, 3, 8, 15, 16, 17, 31, 32})
            for (const int kernel : {1, 3})
                check({.height = 4,
                       .width = 7,
                       .inChannels = inChannels,
                       .outChannels = outChannels,
                       .kernel = kernel,
                       .firstRow = 0,
                       .firstColumn = 0,
                       .rows = 4,
                       .columns = 7,
                       .residual = outChannels % 2 == 1});
}

TEST_P(Bf16ConvTest, AllRemaindersOfPixels) {
    for (const int columns : {1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 16, 25})
        for (const int outChannels : {16, 20, 32})
            for (const bool residual : {false, true})
                check({.height = 3,
                       .width = columns,
                       .inChannels = 8,
                       .outChannels = outChannels,
                       .kernel = 3,
                       .firstRow = 0,
                       .firstColumn = 0,
                       .rows = 3,
                       .columns = columns,
                       .bias = !residual,
                       .residual = residual});
}

// More lines of depth than one chunk holds: 3 · 25 of 13 or 26, and 70 of 40.
TEST_P(Bf16ConvTest, SumsWaitBetweenChunks) {
    for (const int outChannels : {16, 29, 32})
        for (const bool residual : {false, true}) {
            check({.height = 2,
                   .width = 13,
                   .inChannels = 200,
                   .outChannels = outChannels,
                   .kernel = 3,
                   .firstRow = 0,
                   .firstColumn = 0,
                   .rows = 2,
                   .columns = 13,
                   .residual = residual});
            check({.height = 2,
                   .width = 13,
                   .inChannels = 560,
                   .outChannels = outChannels,
                   .kernel = 1,
                   .firstRow = 0,
                   .firstColumn = 0,
                   .rows = 2,
                   .columns = 13,
                   .residual = residual});
        }
}

TEST_P(Bf16ConvTest, TilesInsideAnImageAndEnlarged) {
    check({.height = 9,
           .width = 40,
           .inChannels = 12,
           .outChannels = 18,
           .kernel = 3,
           .firstRow = 3,
           .firstColumn = 8,
           .rows = 4,
           .columns = 14});
    check({.height = 5,
           .width = 9,
           .inChannels = 16,
           .outChannels = 32,
           .kernel = 3,
           .firstRow = 0,
           .firstColumn = 4,
           .rows = 10,
           .columns = 14,
           .upsample = true});
}

// Pixels outside the image and channels beyond the last are zeros: a window of them alone gives the bias.
TEST_P(Bf16ConvTest, OutsideIsZero) {
    const Problem problem({.height = 1,
                           .width = 1,
                           .inChannels = 3,
                           .outChannels = 5,
                           .kernel = 1,
                           .firstRow = 2,
                           .firstColumn = 2,
                           .rows = 2,
                           .columns = 6},
                          9);
    const Fenced y = problem.run(conv(), lanes());
    for (int pixel = 0; pixel < 12; ++pixel)
        for (int n = 0; n < 5; ++n) ASSERT_EQ(y.at(pixel, n), problem.bias.at(0, n));
}

// What the instruction does to numbers below 2^-126: nothing of them is left, in the factors as in the sums.
TEST_P(Bf16ConvTest, SubnormalsAreZero) {
    Problem problem({.height = 1,
                     .width = 2,
                     .inChannels = 1,
                     .outChannels = 1,
                     .kernel = 1,
                     .firstRow = 0,
                     .firstColumn = 0,
                     .rows = 1,
                     .columns = 2,
                     .bias = false},
                    9);
    problem.x.at(0, 0) = 0x1p-128f;
    problem.x.at(0, 1) = 0x1p-120f;
    problem.weights.at(0, 0) = 0x1p-8f;
    const Fenced y = problem.run(conv(), lanes());
    EXPECT_EQ(y.at(0, 0), 0.0f);
    EXPECT_EQ(y.at(1, 0), 0.0f);
    problem.weights.at(0, 0) = 0x1p100f;
    const Fenced large = problem.run(conv(), lanes());
    EXPECT_EQ(large.at(0, 0), 0.0f);
    EXPECT_EQ(large.at(1, 0), 0x1p-20f);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Bf16ConvTest);
INSTANTIATE_TEST_SUITE_P(Sets, Bf16ConvTest, testing::ValuesIn(bf16Sets()), bf16SetName);

}  // namespace
}  // namespace penjing::kernels::test
