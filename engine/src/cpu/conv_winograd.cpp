#include "cpu/conv_winograd.h"

#include <algorithm>

#include "cpu/conv_input.h"
#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "penjing/kernels/float.h"

namespace penjing {
namespace {

// Scratch, in floats. Transformed weights are four times as large as the weights: those of as many output channels as
// fit are made at a time, and the input is transformed once for each. A block of tiles is long enough that the weights
// that pass by are used often, and bounded for many threads.
constexpr std::size_t kWeightFloats = (20u << 20) / sizeof(float);
constexpr std::size_t kAllTileFloats = (16u << 20) / sizeof(float);  // of all threads
constexpr std::size_t kMostTileFloats = (5u << 20) / sizeof(float);  // of one
constexpr int kMaxTiles = 64;

constexpr int kTile = kernels::kWinogradTile;

int ceilDiv(int a, int b) {
    return (a - 1) / b + 1;
}

// How one call is cut up: blocks of tiles, each against all panels of output channels. The sizes change the speed,
// never the result.
struct WinogradPlan {
    int width = 0;        // of a panel
    int panels = 0;       // all
    int groupPanels = 0;  // whose weights are there at the same time
    std::size_t panelFloats = 0;
    int blockRows = 0, blockColumns = 0;  // tiles
    int blocksDown = 0, blocksAcross = 0;
    std::size_t normedFloats = 0, tileFloats = 0, sumFloats = 0, packingFloats = 0;
    ConvNorm norm;

    WinogradPlan(const ConvArgs& a, const kernels::FloatKernels& floats, int threads) : norm(a, floats.lanes) {
        const int step = floats.winograd.tileStep;
        width = 2 * floats.lanes;
        panels = ceilDiv(a.weight.n, width);
        panelFloats = kernels::winogradWeightFloats(a.x.channels, width, a.upsample);
        groupPanels =
            static_cast<int>(std::clamp<std::size_t>(kWeightFloats / panelFloats, 1, static_cast<std::size_t>(panels)));
        groupPanels = ceilDiv(panels, ceilDiv(panels, groupPanels));
        chooseBlock(a, step, threads);
        const int tiles = blockRows * blockColumns;
        normedFloats = norm.partFloats(a, blockRows * kTile + 2, blockColumns * kTile + 2);
        tileFloats = kernels::winogradTileFloats(tiles, step, a.x.channels, a.upsample);
        sumFloats = kernels::winogradSumFloats(tiles, step, width, a.upsample);
        packingFloats =
            kernels::roundUpTo((static_cast<std::size_t>(kernels::kConvLanes) + static_cast<std::size_t>(width)) *
                                   static_cast<std::size_t>(a.weight.k),
                               16);
    }

    std::size_t sharedFloats() const {
        return static_cast<std::size_t>(groupPanels) * panelFloats + norm.sharedFloats();
    }
    std::size_t threadFloats() const { return std::max(normedFloats + tileFloats + sumFloats, packingFloats); }

private:
    // The block that takes the least: multiplied tiles, those that fill a block up among them, and pixels read, those
    // that neighbours read too among them.
    void chooseBlock(const ConvArgs& a, int step, int threads) {
        const int down = ceilDiv(a.y.height, kTile), across = ceilDiv(a.y.width, kTile);
        const std::size_t perTile =
            static_cast<std::size_t>(kernels::winogradPlanes(a.upsample)) * kernels::winogradChannels(a.x.channels);
        const std::size_t room = std::min(kMostTileFloats, kAllTileFloats / static_cast<std::size_t>(threads));
        int most = static_cast<int>(std::min<std::size_t>(kMaxTiles, room / perTile));
        if (threads > 1)
            most = std::min(most, static_cast<int>(static_cast<long long>(down) * across / (4 * threads)));
        most = std::max(most, step);
        double least = 0.0;
        for (int rows = 1; rows <= std::min(most, down); ++rows)
            for (int columns = 1; columns <= std::min(most / rows, across); ++columns) {
                const double blocks = static_cast<double>(ceilDiv(down, rows)) * ceilDiv(across, columns);
                const double multiplied = static_cast<double>(kernels::winogradPaddedTiles(rows * columns, step));
                const double read = (rows * kTile + 2.0) * (columns * kTile + 2.0) / (kTile * kTile);
                const double cost = blocks * (multiplied + kReadCost * read + kBlockCost);
                if (blockRows == 0 || cost < least) {
                    least = cost;
                    blockRows = rows;
                    blockColumns = columns;
                }
            }
        blocksDown = ceilDiv(down, blockRows);
        blocksAcross = ceilDiv(across, blockColumns);
    }

    static constexpr double kReadCost = 0.3;   // of a tile's pixels, in multiplied tiles
    static constexpr double kBlockCost = 8.0;  // of weights that pass by, in multiplied tiles
};

// What all blocks of a call read.
struct WinogradCall {
    const kernels::FloatKernels& floats;
    const ConvArgs& args;
    const WinogradPlan& plan;
    const float* weights;  // of the panels from firstPanel on
    int firstPanel;
    int panels;
};

// `own` has room for plan.threadFloats().
void convolveBlock(const WinogradCall& call, int block, float* own) {
    const ConvArgs& a = call.args;
    const WinogradPlan& plan = call.plan;
    const int firstRow = block / plan.blocksAcross * plan.blockRows * kTile;
    const int firstColumn = block % plan.blocksAcross * plan.blockColumns * kTile;
    kernels::WinogradTiles t;
    t.rows = std::min(plan.blockRows * kTile, a.y.height - firstRow);
    t.columns = std::min(plan.blockColumns * kTile, a.y.width - firstColumn);
    t.tilesDown = ceilDiv(t.rows, kTile);
    t.tilesAcross = ceilDiv(t.columns, kTile);

    float* tiles = own + plan.normedFloats;
    const kernels::ConvWindow window{a.x.data,
                                     a.x.height,
                                     a.x.width,
                                     a.x.channels,
                                     a.upsample,
                                     a.firstRow + firstRow - 1,
                                     firstColumn - 1,
                                     t.tilesDown * kTile + 2,
                                     t.tilesAcross * kTile + 2};
    call.floats.winograd.packTiles(plan.norm.apply(call.floats, window, own), tiles);

    t.tiles = tiles;
    t.upsample = a.upsample;
    t.inChannels = a.x.channels;
    t.pixelStride = a.y.channels;
    t.rowStride = static_cast<std::ptrdiff_t>(a.y.width) * a.y.channels;
    t.sums = tiles + plan.tileFloats;
    const std::ptrdiff_t pixel = firstRow * t.rowStride + firstColumn * t.pixelStride;
    for (int p = 0; p < call.panels; ++p) {
        const int channel = (call.firstPanel + p) * plan.width;
        t.outChannels = std::min(plan.width, a.weight.n - channel);
        t.weights = call.weights + static_cast<std::size_t>(p) * plan.panelFloats;
        t.bias = a.bias != nullptr ? a.bias + channel : nullptr;
        t.residual = a.residual != nullptr ? a.residual + pixel + channel : nullptr;
        t.y = a.y.data + pixel + channel;
        call.floats.winograd.convolve(t);
    }
}

}  // namespace

bool winogradPays(const ConvArgs& a, const kernels::FloatKernels& floats) {
    constexpr int kFewestChannels = 32, kFewestTiles = 64;
    const long long tiles = static_cast<long long>(ceilDiv(a.y.height, kTile)) * ceilDiv(a.y.width, kTile);
    return a.kernel == 3 && a.precision != Precision::Int15 && floats.bf16Conv == nullptr &&
           a.x.channels >= kFewestChannels && a.weight.n >= kFewestChannels && tiles >= kFewestTiles;
}

double madeOfDirect(const ConvArgs& a, const kernels::FloatKernels& floats) {
    return winogradPays(a, floats) ? kernels::winogradProducts(a.upsample) / (9.0 * kTile * kTile) : 1.0;
}

std::size_t winogradScratchBytes(int channels, int threads) {
    const std::size_t width = static_cast<std::size_t>(channels), all = static_cast<std::size_t>(std::max(threads, 1));
    const std::size_t planes = static_cast<std::size_t>(kernels::winogradPlanes(false));
    const std::size_t weights = std::min(kWeightFloats, planes * width * width);
    const std::size_t tiles = std::min(kAllTileFloats, all * std::min(kMostTileFloats, planes * kMaxTiles * width));
    return (weights + tiles + tiles / 2) * sizeof(float);  // half as much for the normalised pixels of the tiles
}

Status CpuOps::convolveWinograd(const ConvArgs& args) {
    WinogradPlan plan(args, floats(), threads_);
    const std::size_t shared = plan.sharedFloats();
    float* weights = floatScratch_.reserve(shared + static_cast<std::size_t>(threads_) * plan.threadFloats());
    if (weights == nullptr)
        return scratchError("conv2d");
    const auto own = [&](int thread) {
        return weights + shared + static_cast<std::size_t>(thread) * plan.threadFloats();
    };
    plan.norm.prepare(args, weights + static_cast<std::size_t>(plan.groupPanels) * plan.panelFloats);

    for (int first = 0; first < plan.panels; first += plan.groupPanels) {
        const int count = std::min(plan.groupPanels, plan.panels - first);
        PENJING_TRY(forEachChunk(count, threads_, stop_, [&](int p, int thread) {
            float* panel = own(thread);
            float* rows = panel + static_cast<std::ptrdiff_t>(plan.width) * args.weight.k;
            const int channel = (first + p) * plan.width;
            packConvPanel(floats(), floats().conv, args, channel, std::min(plan.width, args.weight.n - channel),
                          plan.width, rows, panel);
            floats().winograd.packWeights(panel, args.x.channels, args.upsample,
                                          weights + static_cast<std::size_t>(p) * plan.panelFloats);
        }));
        const WinogradCall call{floats(), args, plan, weights, first, count};
        PENJING_TRY(forEachChunk(plan.blocksDown * plan.blocksAcross, threads_, stop_,
                                 [&](int block, int thread) { convolveBlock(call, block, own(thread)); }));
    }
    return {};
}

}  // namespace penjing
