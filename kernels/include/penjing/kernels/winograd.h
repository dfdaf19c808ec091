#pragma once

#include <cstddef>

namespace penjing::kernels {

struct ConvWindow;

// 3x3 convolution in fp32 by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray 2015, arXiv:1509.09308): 36
// products make a tile of 4x4 output pixels that takes 144 directly. Enlarged x2 by nearest neighbour, a tile depends
// on 4x4 input pixels only, and 25 products do.
inline constexpr int kWinogradTile = 4;    // output pixels on each side of a tile
inline constexpr int kWinogradBlock = 16;  // input channels that lie side by side
inline constexpr int kWinogradPad = 1040;  // floats between planes: a page and a line, else they share cache sets

// Planes of transformed input, and products: one plane of transformed weights and of sums each.
constexpr int winogradPlanes(bool upsample) {
    return upsample ? 16 : 36;
}
constexpr int winogradProducts(bool upsample) {
    return upsample ? 25 : 36;
}

// The tiles of a window, all input channels, against one panel of output channels.
struct WinogradTiles {
    const float* tiles = nullptr;  // made by packTiles
    int tilesDown = 0, tilesAcross = 0;
    bool upsample = false;
    int inChannels = 0;
    const float* weights = nullptr;   // made by packWeights; what lies behind them, the next panel's, is fetched ahead
    int outChannels = 0;              // 1..2·lanes
    const float* bias = nullptr;      // [outChannels] or null
    const float* residual = nullptr;  // laid out as y, or null; may be y
    float* y = nullptr;               // first pixel, first channel of the panel
    std::ptrdiff_t rowStride = 0;     // floats between image rows of y and residual
    std::ptrdiff_t pixelStride = 0;   // floats between pixels of y and residual
    int rows = 0, columns = 0;        // output pixels that exist, at most 4 a tile
    float* sums = nullptr;            // scratch, winogradSumFloats
};

struct WinogradKernels {
    int tileStep;  // tiles are packed in multiples of this many

    // The input of tiles from row window.firstRow + 1 on: the window is 4·tilesDown + 2 rows high and 4·tilesAcross + 2
    // columns wide, and begins one pixel above and left of the first tile; firstRow + 1 and firstColumn + 1 are even
    // where it is enlarged.
    void (*packTiles)(const ConvWindow& window, float* tiles);
    // The panel of an fp32 ConvKernels::packChannels, 2·lanes wide.
    void (*packWeights)(const float* panel, int inChannels, bool upsample, float* weights);
    void (*convolve)(const WinogradTiles& tiles);
};

constexpr std::size_t winogradChannels(int inChannels) {
    return (static_cast<std::size_t>(inChannels) + kWinogradBlock - 1) / kWinogradBlock * kWinogradBlock;
}
constexpr std::size_t winogradPaddedTiles(int tiles, int tileStep) {
    return (static_cast<std::size_t>(tiles) + static_cast<std::size_t>(tileStep) - 1) /
           static_cast<std::size_t>(tileStep) * static_cast<std::size_t>(tileStep);
}
constexpr std::size_t winogradTileFloats(int tiles, int tileStep, int inChannels, bool upsample) {
    return static_cast<std::size_t>(winogradPlanes(upsample)) *
           (winogradPaddedTiles(tiles, tileStep) * winogradChannels(inChannels) + kWinogradPad);
}
constexpr std::size_t winogradWeightFloats(int inChannels, int width, bool upsample) {
    return static_cast<std::size_t>(winogradProducts(upsample)) * winogradChannels(inChannels) *
           static_cast<std::size_t>(width);
}
constexpr std::size_t winogradSumFloats(int tiles, int tileStep, int width, bool upsample) {
    return static_cast<std::size_t>(winogradProducts(upsample)) * winogradPaddedTiles(tiles, tileStep) *
           static_cast<std::size_t>(width);
}

}  // namespace penjing::kernels
