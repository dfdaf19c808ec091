#include <algorithm>

#include "cpu/conv_input.h"
#include "cpu/conv_winograd.h"
#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "penjing/kernels/float.h"

namespace penjing {
namespace {

// The packed input window of a tile should stay in the second-level cache of one core.
constexpr std::size_t kWindowFloats = (192u << 10) / sizeof(float);
constexpr int kMaxTileRows = 16;

bool isDense(WeightFormat format) {
    return format == WeightFormat::F32 || format == WeightFormat::BF16 || format == WeightFormat::F16;
}

bool shapesFit(const ConvArgs& a) {
    const int factor = a.upsample ? 2 : 1;
    return (a.kernel == 1 || a.kernel == 3) && isDense(a.weight.format) && a.x.channels > 0 && a.x.height > 0 &&
           a.x.width > 0 && a.firstRow >= 0 && a.firstRow + a.y.height <= a.x.height * factor &&
           a.firstRow % factor == 0 && a.y.width == a.x.width * factor && a.y.channels == a.weight.n &&
           a.weight.n > 0 && a.weight.k == static_cast<long long>(a.kernel) * a.kernel * a.x.channels &&
           (a.norm.scale == nullptr || (a.norm.shift != nullptr && !a.upsample));
}

// How one call is cut up: output tiles of rows × columns pixels, each against all panels of output channels. The sizes
// change the speed, never the result: every output adds its terms in the same order.
struct ConvPlan {
    int panelWidth = 0;  // of all panels but perhaps the last
    int panels = 0;
    std::size_t panelFloats = 0;
    int tileRows = 0, tileColumns = 0;
    int tilesDown = 0, tilesAcross = 0;
    int windowColumns = 0;  // of a full tile
    std::size_t windowFloats = 0;
    std::size_t rowFloats = 0;     // the weights of the output channels that are packed together
    std::size_t normedFloats = 0;  // the part of the input under a window, where it is normalised
    ConvNorm norm;

    ConvPlan(const ConvArgs& a, const kernels::ConvKernels& set, int lanes, int threads) {
        panelWidth = 2 * lanes;
        panels = (a.weight.n - 1) / panelWidth + 1;
        rowFloats = kernels::kConvLanes * static_cast<std::size_t>(a.weight.k);
        panelFloats = kernels::convPanelFloats(a.kernel, a.x.channels, panelWidth, set.factors);
        chooseTile(a, set, threads);
        norm = ConvNorm(a, lanes);
        normedFloats = norm.partFloats(a, tileRows + a.kernel - 1, windowColumns);
    }

    std::size_t packedFloats() const { return static_cast<std::size_t>(panels) * panelFloats; }
    std::size_t threadFloats() const {
        return normedFloats + kernels::roundUpTo(std::max(windowFloats, rowFloats), 16);
    }

private:
    void chooseTile(const ConvArgs& a, const kernels::ConvKernels& set, int threads) {
        const int columnStep = set.columnStep;
        const auto window = [&](int rows, int columns) {
            return kernels::convWindowFloats(rows + a.kernel - 1, columns + a.kernel - 1, a.x.channels, set.factors);
        };
        const auto padded = [&](int columns) { return (columns + columnStep - 1) / columnStep * columnStep; };
        tileColumns = padded(a.y.width);
        while (tileColumns > columnStep && window(std::min(4, a.y.height), tileColumns) > kWindowFloats)
            tileColumns = padded(tileColumns / 2);
        tilesAcross = (a.y.width + tileColumns - 1) / tileColumns;
        tileRows = std::min(kMaxTileRows, a.y.height);
        const auto tooFew = [&] { return (a.y.height + tileRows - 1) / tileRows * tilesAcross < 4 * threads; };
        while (tileRows > 1 && (window(tileRows, tileColumns) > kWindowFloats || (threads > 1 && tooFew()))) --tileRows;
        tilesDown = (a.y.height + tileRows - 1) / tileRows;
        windowColumns = tileColumns + a.kernel - 1;
        windowFloats = window(tileRows, tileColumns);
    }
};

// Width of panel p: the last one is half as wide if that is enough.
int widthOf(const ConvPlan& plan, const ConvArgs& a, int p) {
    return a.weight.n - p * plan.panelWidth > plan.panelWidth / 2 ? plan.panelWidth : plan.panelWidth / 2;
}

// What all tiles of a call read.
struct ConvCall {
    const kernels::FloatKernels& floats;
    const kernels::ConvKernels& set;
    const ConvArgs& args;
    const ConvPlan& plan;
    const float* panels;
};

// `own` has room for plan.threadFloats().
void convolveTile(const ConvCall& call, int tile, float* own) {
    const ConvArgs& a = call.args;
    const ConvPlan& plan = call.plan;
    float* window = own + plan.normedFloats;
    const int firstRow = tile / plan.tilesAcross * plan.tileRows;
    const int firstColumn = tile % plan.tilesAcross * plan.tileColumns;
    const int rows = std::min(plan.tileRows, a.y.height - firstRow);
    const int halo = a.kernel / 2;
    const kernels::ConvWindow source{a.x.data,           a.x.height,      a.x.width,
                                     a.x.channels,       a.upsample,      a.firstRow + firstRow - halo,
                                     firstColumn - halo, rows + 2 * halo, plan.windowColumns};
    call.set.packWindow(plan.norm.apply(call.floats, source, own), window);

    kernels::ConvTile t;
    t.window = window;
    t.windowColumns = plan.windowColumns;
    t.inChannels = a.x.channels;
    t.kernel = a.kernel;
    t.pixelStride = a.y.channels;
    t.rowStride = static_cast<std::ptrdiff_t>(a.y.width) * a.y.channels;
    t.rows = rows;
    t.columns = std::min(plan.tileColumns, a.y.width - firstColumn);
    const std::ptrdiff_t pixel = firstRow * t.rowStride + firstColumn * t.pixelStride;
    for (int p = 0; p < plan.panels; ++p) {
        const int channel = p * plan.panelWidth;
        t.panel = call.panels + static_cast<std::size_t>(p) * plan.panelFloats;
        t.panelChannels = std::min(plan.panelWidth, a.weight.n - channel);
        t.bias = a.bias != nullptr ? a.bias + channel : nullptr;
        t.residual = a.residual != nullptr ? a.residual + pixel + channel : nullptr;
        t.y = a.y.data + pixel + channel;
        call.set.convolve(t);
    }
}

}  // namespace

Status CpuOps::conv2d(const ConvArgs& args) {
    if (!shapesFit(args))
        return shapeError("conv2d");
    return winogradPays(args, floats()) ? convolveWinograd(args) : convolveDirectly(args);
}

Status CpuOps::convolveDirectly(const ConvArgs& args) {
    const kernels::ConvKernels& set = convKernels(args.precision);
    ConvPlan plan(args, set, floats().lanes, threads_);
    const std::size_t packed = kernels::roundUpTo(plan.packedFloats(), 16);
    const std::size_t shared = packed + plan.norm.sharedFloats();
    float* panels = floatScratch_.reserve(shared + static_cast<std::size_t>(threads_) * plan.threadFloats());
    if (panels == nullptr)
        return scratchError("conv2d");
    const auto own = [&](int thread) {
        return panels + shared + static_cast<std::size_t>(thread) * plan.threadFloats();
    };
    plan.norm.prepare(args, panels + packed);

    PENJING_TRY(forEachChunk(plan.panels, threads_, stop_, [&](int p, int thread) {
        const int first = p * plan.panelWidth, width = widthOf(plan, args, p);
        packConvPanel(floats(), set, args, first, std::min(width, args.weight.n - first), width, own(thread),
                      panels + static_cast<std::size_t>(p) * plan.panelFloats);
    }));
    const ConvCall call{floats(), set, args, plan, panels};
    return forEachChunk(plan.tilesDown * plan.tilesAcross, threads_, stop_,
                        [&](int tile, int thread) { convolveTile(call, tile, own(thread)); });
}

}  // namespace penjing
