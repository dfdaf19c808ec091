#pragma once

#include <algorithm>

#include "penjing/kernels/linear.h"

// Where row blocks and tile columns of a product begin and end. For the drivers above the instruction sets only.
namespace penjing::kernels {

inline int blockRows(int rows, int rowBlock, int block) {
    return std::min(rowBlock, rows - block * rowBlock);
}

inline int blockCount(int rows, int rowBlock) {
    return (rows + rowBlock - 1) / rowBlock;
}

inline int tileChannels(int n, int tile) {
    return std::min(kTileChannels, n - tile * kTileChannels);
}

inline OutputTile outputTile(const OutputMatrix& out, int row, int tile) {
    const int channel = tile * kTileChannels;
    OutputTile result = out;
    result.y += row * out.stride + channel;
    result.bias = out.bias == nullptr ? nullptr : out.bias + channel;
    result.gate = out.gate == nullptr ? nullptr : out.gate + channel;
    return result;
}

// Asks for the lines that the results of a tile will go to: they come from memory while the product is computed.
inline void prefetchOutput(const OutputTile& out, int rows, int channels) {
#if defined(__GNUC__)
    for (int r = 0; r < rows; ++r) {
        const float* y = out.y + r * out.stride;
        __builtin_prefetch(y, 1);
        __builtin_prefetch(y + channels / 2, 1);
        __builtin_prefetch(y + channels - 1, 1);
    }
#endif
}

// Asks for TilesAhead in even parts, one at each call of `fetch`.
class TileFetcher {
public:
    TileFetcher(const TilesAhead& tiles, int parts)
        : tiles_(tiles),
          linesOfRun_((tiles.bytes + kLine - 1) / kLine),
          lines_(linesOfRun_ * static_cast<std::size_t>(tiles.columns)),
          linesOfPart_(lines_ / static_cast<std::size_t>(std::max(parts, 1)) + 1) {}

    void fetch() {
#if defined(__GNUC__)
        const std::size_t end = std::min(lines_, next_ + linesOfPart_);
        for (; next_ < end; ++next_) {
            const std::size_t run = next_ / linesOfRun_;
            __builtin_prefetch(tiles_.tiles + run * tiles_.stride + (next_ - run * linesOfRun_) * kLine, 0, 2);
        }
#endif
    }

private:
    static constexpr std::size_t kLine = 64;
    TilesAhead tiles_;
    std::size_t linesOfRun_, lines_, linesOfPart_;
    std::size_t next_ = 0;
};

}  // namespace penjing::kernels
