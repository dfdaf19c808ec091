#include <algorithm>

#include "float_support.h"

namespace penjing::kernels::test {
namespace {

class ConvPackTest : public EverySet {};

// Channel c of enlarged pixel (row, column); zero outside the image.
float pixelAt(const ConvWindow& w, int row, int column, int c) {
    const int factor = w.upsample ? 2 : 1;
    if (row < 0 || column < 0 || row >= w.height * factor || column >= w.width * factor || c >= w.channels)
        return 0.0f;
    return w.x[(row / factor * w.width + column / factor) * w.channels + c];
}

TEST_P(ConvPackTest, WindowHoldsBlocksAndZeros) {
    for (const bool upsample : {false, true})
        for (const int channels : {1, 3, 8, 13, 16}) {
            const Fenced x(1, 4 * 5 * channels, 4 * 5 * channels, 61);
            for (const int first : {-1, 0, 2}) {
                const ConvWindow w{x.data(), 4, 5, channels, upsample, first, -1, 5, 18};
                const int blocks = (channels + kConvBlock - 1) / kConvBlock, size = 5 * 18 * blocks * kConvBlock;
                ASSERT_EQ(convWindowFloats(5, 18, channels, Factors::F32), static_cast<std::size_t>(size));
                Fenced window(1, size, size);
                floats().conv.packWindow(w, window.data());
                for (int r = 0; r < w.rows; ++r)
                    for (int c = 0; c < w.columns; ++c)
                        for (int i = 0; i < blocks * kConvBlock; ++i) {
                            const int index =
                                ((r * blocks + i / kConvBlock) * w.columns + c) * kConvBlock + i % kConvBlock;
                            ASSERT_EQ(window.at(0, index), pixelAt(w, first + r, c - 1, i))
                                << r << ", " << c << ", " << i;
                        }
                EXPECT_TRUE(window.fencesStand());
            }
        }
}

// A column of the panel holds a channel's weights in the order (block of inputs, kernel row, kernel column, input).
TEST_P(ConvPackTest, ChannelsBecomeColumns) {
    for (const int kernel : {1, 3})
        for (const int inChannels : {1, 8, 11, 24})
            for (const int count : {1, 3, 4}) {
                const int taps = kernel * kernel, depth = taps * inChannels, width = 2 * floats().lanes;
                const Fenced weights(1, count * depth, count * depth, 62);
                Fenced panel(depth, count, width);
                floats().conv.packChannels(weights.data(), count, kernel, inChannels, width, panel.data());
                int row = 0;
                for (int first = 0; first < inChannels; first += kConvBlock)
                    for (int tap = 0; tap < taps; ++tap)
                        for (int c = first; c < std::min(first + kConvBlock, inChannels); ++c, ++row)
                            for (int lane = 0; lane < count; ++lane)
                                ASSERT_EQ(panel.at(row, lane), weights.at(0, lane * depth + tap * inChannels + c));
                ASSERT_EQ(row, depth);
                EXPECT_TRUE(panel.fencesStand());
            }
}

INSTANTIATE_TEST_SUITE_P(Sets, ConvPackTest, everySet(), setName);

}  // namespace
}  // namespace penjing::kernels::test
