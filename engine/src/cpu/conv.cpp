#include <algorithm>

#include "cpu/channel_pattern.h"
#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "cpu/weight_rows.h"
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
           a.x.width > 0 && a.y.height == a.x.height * factor && a.y.width == a.x.width * factor &&
           a.y.channels == a.weight.n && a.weight.n > 0 &&
           a.weight.k == static_cast<long long>(a.kernel) * a.kernel * a.x.channels &&
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
    int normPeriod = 0;            // of the pattern of its factors

    ConvPlan(const ConvArgs& a, const kernels::ConvKernels& set, int lanes, int threads) {
        panelWidth = 2 * lanes;
        panels = (a.weight.n - 1) / panelWidth + 1;
        rowFloats = kernels::kConvLanes * static_cast<std::size_t>(a.weight.k);
        panelFloats = kernels::convPanelFloats(a.kernel, a.x.channels, panelWidth, set.factors);
        chooseTile(a, set, threads);
        if (a.norm.scale != nullptr) {
            normPeriod = patternPeriod(a.x.channels, lanes);
            normedFloats = kernels::roundUpTo(static_cast<std::size_t>(tileRows + a.kernel - 1) *
                                                  static_cast<std::size_t>(std::min(windowColumns, a.x.width)) *
                                                  static_cast<std::size_t>(a.x.channels),
                                              16);
        }
    }

    std::size_t packedFloats() const { return static_cast<std::size_t>(panels) * panelFloats; }
    std::size_t patternFloats() const { return kernels::roundUpTo(2 * static_cast<std::size_t>(normPeriod), 16); }
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

// `rows` has room for kConvLanes rows of weights.
void packPanel(const kernels::FloatKernels& floats, const kernels::ConvKernels& set, const ConvArgs& a,
               const ConvPlan& plan, int p, float* rows, float* panel) {
    const int width = widthOf(plan, a, p);
    const int channels = std::min(width, a.weight.n - p * plan.panelWidth);
    if (channels < width)
        std::fill_n(panel, kernels::convPanelFloats(a.kernel, a.x.channels, width, set.factors), 0.0f);
    for (int lane = 0; lane < channels; lane += kernels::kConvLanes) {
        const int count = std::min(kernels::kConvLanes, channels - lane);
        for (int i = 0; i < count; ++i)
            decodeWeightRow(floats, a.weight, p * plan.panelWidth + lane + i,
                            rows + static_cast<std::ptrdiff_t>(i) * a.weight.k);
        set.packChannels(rows, count, a.kernel, a.x.channels, width, panel + lane);
    }
}

// What all tiles of a call read.
struct ConvCall {
    const kernels::FloatKernels& floats;
    const kernels::ConvKernels& set;
    const ConvArgs& args;
    const ConvPlan& plan;
    const float* panels;
    const float* normPattern;  // scale, then shift, plan.normPeriod each
};

// The part of the input that lies under `window`, normalised into `part`; a window of that part.
kernels::ConvWindow normalised(const ConvCall& call, const kernels::ConvWindow& window, float* part) {
    const int top = std::max(window.firstRow, 0), left = std::max(window.firstColumn, 0);
    const int bottom = std::min(window.firstRow + window.rows, window.height);
    const int right = std::min(window.firstColumn + window.columns, window.width);
    const std::size_t rowFloats = static_cast<std::size_t>(right - left) * static_cast<std::size_t>(window.channels);
    const float* scale = call.normPattern;
    for (int row = top; row < bottom; ++row) {
        const std::size_t pixel =
            static_cast<std::size_t>(row) * static_cast<std::size_t>(window.width) + static_cast<std::size_t>(left);
        call.floats.patternAffine(window.x + pixel * static_cast<std::size_t>(window.channels), rowFloats,
                                  call.plan.normPeriod, scale, scale + call.plan.normPeriod, true,
                                  part + static_cast<std::size_t>(row - top) * rowFloats);
    }
    kernels::ConvWindow inPart = window;
    inPart.x = part;
    inPart.height = bottom - top;
    inPart.width = right - left;
    inPart.firstRow -= top;
    inPart.firstColumn -= left;
    return inPart;
}

// `own` has room for plan.threadFloats().
void convolveTile(const ConvCall& call, int tile, float* own) {
    const ConvArgs& a = call.args;
    const ConvPlan& plan = call.plan;
    float* window = own + plan.normedFloats;
    const int firstRow = tile / plan.tilesAcross * plan.tileRows;
    const int firstColumn = tile % plan.tilesAcross * plan.tileColumns;
    const int rows = std::min(plan.tileRows, a.y.height - firstRow);
    const int halo = a.kernel / 2;
    kernels::ConvWindow source{a.x.data,        a.x.height,         a.x.width,       a.x.channels,      a.upsample,
                               firstRow - halo, firstColumn - halo, rows + 2 * halo, plan.windowColumns};
    if (call.normPattern != nullptr)
        source = normalised(call, source, own);
    call.set.packWindow(source, window);

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
    const kernels::ConvKernels& set = convKernels(args.precision);
    const ConvPlan plan(args, set, floats().lanes, threads_);
    const std::size_t packed = kernels::roundUpTo(plan.packedFloats(), 16);
    const std::size_t shared = packed + plan.patternFloats();
    float* panels = floatScratch_.reserve(shared + static_cast<std::size_t>(threads_) * plan.threadFloats());
    if (panels == nullptr)
        return scratchError("conv2d");
    const auto own = [&](int thread) {
        return panels + shared + static_cast<std::size_t>(thread) * plan.threadFloats();
    };
    float* pattern = nullptr;
    if (args.norm.scale != nullptr) {
        pattern = panels + packed;
        std::copy_n(args.norm.scale, args.x.channels, pattern);
        std::copy_n(args.norm.shift, args.x.channels, pattern + plan.normPeriod);
        repeatPattern(pattern, args.x.channels, plan.normPeriod);
        repeatPattern(pattern + plan.normPeriod, args.x.channels, plan.normPeriod);
    }

    PENJING_TRY(forEachChunk(plan.panels, threads_, stop_, [&](int p, int thread) {
        packPanel(floats(), set, args, plan, p, own(thread), panels + static_cast<std::size_t>(p) * plan.panelFloats);
    }));
    const ConvCall call{floats(), set, args, plan, panels, pattern};
    return forEachChunk(plan.tilesDown * plan.tilesAcross, threads_, stop_,
                        [&](int tile, int thread) { convolveTile(call, tile, own(thread)); });
}

}  // namespace penjing
