#include <cstring>

#include "linear_output.h"
#include "penjing/kernels/tables.h"

namespace penjing::kernels {
namespace {

constexpr std::size_t resultFloats(int rowBlock) {
    return static_cast<std::size_t>(rowBlock) * kTileChannels;
}

}  // namespace

std::size_t tableGroupBytes(int rowBlock) {
    const std::size_t tables = static_cast<std::size_t>(rowBlock) * kTableVectors * 64;
    return tables + (static_cast<std::size_t>(rowBlock) * sizeof(float) + 63) / 64 * 64;
}

std::size_t tableScratchBytes(int rowBlock, int tiles, int groups) {
    const std::size_t column = kTablePanelBytes * static_cast<std::size_t>(groups);
    return static_cast<std::size_t>(tiles) * (column + resultFloats(rowBlock) * sizeof(float));
}

// Group by group through all tile columns, not the other way round: the tables of a group are eight times its codes and
// fill a third of L1, while the results of a tile column are little and wait in L1 or L2.
void multiplyTableRange(const TableKernels& kernels, const TableRows& x, const CodedWeight& weight, Range tiles,
                        Range groups, const OutputMatrix& out, std::byte* scratch, const TilesAhead& next) {
    const std::size_t groupsOfK = static_cast<std::size_t>(weight.k / kGroupSize);
    const std::size_t columnBytes = kTablePanelBytes * static_cast<std::size_t>(groups.count);
    for (int t = 0; t < tiles.count; ++t) {
        const std::size_t tile = static_cast<std::size_t>(tiles.first + t) * groupsOfK + groups.first;
        kernels.decode(weight.format, weight.tiles + tile * tileBytes(weight.format), groups.count,
                       scratch + t * columnBytes);
    }

    auto* results = reinterpret_cast<float*>(scratch + tiles.count * columnBytes);
    const std::size_t tileFloats = resultFloats(kernels.rowBlock);
    const std::size_t groupBytes = tableGroupBytes(kernels.rowBlock);
    TableProduct product;
    product.toNextPanel = static_cast<std::ptrdiff_t>(columnBytes);
    product.aheadLines = (static_cast<int>(groupBytes / 64) + tiles.count - 1) / tiles.count;
    const int blocks = blockCount(x.rows, kernels.rowBlock);
    TileFetcher fetcher(next, blocks * groups.count);
    for (int block = 0; block < blocks; ++block) {
        std::memset(results, 0, sizeof(float) * tileFloats * static_cast<std::size_t>(tiles.count));
        product.rows = blockRows(x.rows, kernels.rowBlock, block);
        for (int g = 0; g < groups.count; ++g) {
            fetcher.fetch();
            product.group = x.blocks + (block * groupsOfK + groups.first + g) * groupBytes;
            for (int t = 0; t < tiles.count; ++t) {
                product.panel = scratch + t * columnBytes + g * kTablePanelBytes;
                // While the tile columns use this group, they fetch the next one, each a share of it.
                product.ahead = product.group + groupBytes + static_cast<std::size_t>(t) * product.aheadLines * 64;
                product.results = results + t * tileFloats;
                kernels.multiply(product);
            }
        }
        for (int t = 0; t < tiles.count; ++t) {
            const int tile = tiles.first + t;
            kernels.store(results + t * tileFloats, product.rows, tileChannels(weight.n, tile),
                          outputTile(out, block * kernels.rowBlock, tile));
        }
    }
}

}  // namespace penjing::kernels
