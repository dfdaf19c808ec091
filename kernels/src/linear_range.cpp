#include <array>

#include "linear_layout.h"
#include "linear_output.h"
#include "penjing/kernels/linear.h"

namespace penjing::kernels {
namespace {

struct alignas(64) TileResults {
    std::array<float, kMaxRowBlock * kTileChannels> values;
};

}  // namespace

std::size_t tileBytes(CodeFormat format) {
    switch (format) {
        case CodeFormat::T3:
            return 896;
        case CodeFormat::B1:
            return 576;
        case CodeFormat::Q4:
            return 2304;
        case CodeFormat::Q8:
            return 4160;
    }
    return 0;
}

std::size_t panelBytes(CodeFormat format) {
    return format == CodeFormat::Q4 ? kQ4PanelBytes : kPanelBytes;
}

std::size_t activationGroupBytes(int rowBlock, ActivationBits bits) {
    const std::size_t rows = static_cast<std::size_t>(rowBlock);
    const std::size_t planes = bits == ActivationBits::Int15 ? 2 : 1;
    return (rows * (planes * kGroupSize + 16) + 63) / 64 * 64;
}

std::size_t elementBytes(DenseFormat format) {
    return format == DenseFormat::F32 ? 4 : 2;
}

std::size_t panelScratchBytes(CodeFormat format, int tiles, int groups) {
    return panelBytes(format) * static_cast<std::size_t>(tiles) * static_cast<std::size_t>(groups);
}

TilesAhead tilesAhead(const CodedWeight& weight, Range tiles, Range groups) {
    const std::size_t bytes = tileBytes(weight.format);
    const std::size_t groupsOfK = static_cast<std::size_t>(weight.k / kGroupSize);
    return {.tiles = weight.tiles + (static_cast<std::size_t>(tiles.first) * groupsOfK + groups.first) * bytes,
            .stride = groupsOfK * bytes,
            .bytes = static_cast<std::size_t>(groups.count) * bytes,
            .columns = tiles.count};
}

void multiplyRange(const LinearKernels& kernels, const QuantizedRows& x, const CodedWeight& weight, Range tiles,
                   Range groups, const OutputMatrix& out, std::byte* scratch, const TilesAhead& next) {
    const std::size_t groupsOfK = static_cast<std::size_t>(weight.k / kGroupSize);
    const std::size_t columnBytes = panelScratchBytes(weight.format, 1, groups.count);
    for (int t = 0; t < tiles.count; ++t) {
        const std::size_t tile = static_cast<std::size_t>(tiles.first + t) * groupsOfK + groups.first;
        kernels.decode(weight.format, weight.tiles + tile * tileBytes(weight.format), groups.count,
                       scratch + t * columnBytes);
    }

    const std::size_t groupBytes = activationGroupBytes(kernels.rowBlock, x.bits);
    const int linesPerGroup = static_cast<int>(groupBytes / 64);
    TileResults results;
    PanelProduct product{.groups = groups.count,
                         .format = weight.format,
                         .bits = x.bits,
                         .aheadLines = (linesPerGroup + tiles.count - 1) / tiles.count,
                         .results = results.values.data()};
    const int blocks = blockCount(x.rows, kernels.rowBlock);
    TileFetcher fetcher(next, blocks * tiles.count);
    for (int block = 0; block < blocks; ++block) {
        product.activations = x.blocks + (block * groupsOfK + groups.first) * groupBytes;
        product.rows = blockRows(x.rows, kernels.rowBlock, block);
        const std::byte* nextBlock = product.activations + (block + 1 < blocks ? groupsOfK * groupBytes : 0);
        for (int t = 0; t < tiles.count; ++t) {
            product.panels = scratch + t * columnBytes;
            // While the tile columns use this block, they fetch the next one, each a share of it.
            product.ahead = nextBlock + static_cast<std::size_t>(t) * product.aheadLines * groups.count * 64;
            const int tile = tiles.first + t;
            const int channels = tileChannels(weight.n, tile);
            const OutputTile to = outputTile(out, block * kernels.rowBlock, tile);
            prefetchOutput(to, product.rows, channels);
            fetcher.fetch();
            kernels.multiply(product);
            kernels.store(product.results, product.rows, channels, to);
        }
    }
}

void multiplyDenseRange(const LinearKernels& kernels, const PackedRows& x, const DenseWeight& weight, Range tiles,
                        Range inputs, const OutputMatrix& out, float* scratch) {
    const std::size_t panelFloats = static_cast<std::size_t>(inputs.count) * kTileChannels;
    for (int t = 0; t < tiles.count; ++t) {
        const int tile = tiles.first + t;
        const std::size_t element = static_cast<std::size_t>(tile) * kTileChannels * weight.k + inputs.first;
        kernels.decodeDense(weight.format, weight.data + element * elementBytes(weight.format), weight.k,
                            tileChannels(weight.n, tile), inputs.count, scratch + t * panelFloats);
    }

    TileResults results;
    const std::size_t rowBlock = static_cast<std::size_t>(kernels.denseRowBlock);
    for (int block = 0; block < blockCount(x.rows, kernels.denseRowBlock); ++block) {
        const float* packed = x.blocks + (static_cast<std::size_t>(block) * x.k + inputs.first) * rowBlock;
        const int rows = blockRows(x.rows, kernels.denseRowBlock, block);
        for (int t = 0; t < tiles.count; ++t) {
            const int tile = tiles.first + t;
            kernels.multiplyDense(packed, scratch + t * panelFloats, rows, inputs.count, results.values.data());
            kernels.store(results.values.data(), rows, tileChannels(weight.n, tile),
                          outputTile(out, block * kernels.denseRowBlock, tile));
        }
    }
}

void multiplyFewRows(const LinearKernels& kernels, const float* x, std::ptrdiff_t xStride, int rows,
                     const DenseWeight& weight, Range tiles, const OutputMatrix& out) {
    TileResults results;
    for (int tile = tiles.first; tile < tiles.first + tiles.count; ++tile) {
        const std::size_t element = static_cast<std::size_t>(tile) * kTileChannels * weight.k;
        const int channels = tileChannels(weight.n, tile);
        kernels.dotDense(weight.format, weight.data + element * elementBytes(weight.format), channels, weight.k, x,
                         xStride, rows, results.values.data());
        kernels.store(results.values.data(), rows, channels, outputTile(out, 0, tile));
    }
}

void packDenseBlock(const LinearKernels& kernels, const float* x, std::ptrdiff_t stride, int rows, int k,
                    float* block) {
    const int rowBlock = kernels.denseRowBlock;
    for (int r = 0; r < rowBlock; ++r) {
        const float* row = x + r * stride;
        for (int i = 0; i < k; ++i) {
            block[static_cast<std::ptrdiff_t>(i) * rowBlock + r] = r < rows ? row[i] : 0.0f;
        }
    }
}

OutputMatrix continued(OutputMatrix out) {
    out.bias = nullptr;
    out.accumulate = true;
    return out;
}

}  // namespace penjing::kernels
