#include "cpu/conv_input.h"

#include <algorithm>

#include "cpu/channel_pattern.h"
#include "cpu/weight_rows.h"

namespace penjing {

ConvNorm::ConvNorm(const ConvArgs& args, int lanes)
    : period_(args.norm.scale != nullptr ? patternPeriod(args.x.channels, lanes) : 0) {}

std::size_t ConvNorm::sharedFloats() const {
    return kernels::roundUpTo(2 * static_cast<std::size_t>(period_), 16);
}

std::size_t ConvNorm::partFloats(const ConvArgs& args, int rows, int columns) const {
    if (!given())
        return 0;
    return kernels::roundUpTo(static_cast<std::size_t>(std::min(rows, args.x.height)) *
                                  static_cast<std::size_t>(std::min(columns, args.x.width)) *
                                  static_cast<std::size_t>(args.x.channels),
                              16);
}

void ConvNorm::prepare(const ConvArgs& args, float* shared) {
    if (!given())
        return;
    factors_ = shared;
    std::copy_n(args.norm.scale, args.x.channels, shared);
    std::copy_n(args.norm.shift, args.x.channels, shared + period_);
    repeatPattern(shared, args.x.channels, period_);
    repeatPattern(shared + period_, args.x.channels, period_);
}

kernels::ConvWindow ConvNorm::apply(const kernels::FloatKernels& floats, const kernels::ConvWindow& window,
                                    float* part) const {
    if (!given())
        return window;
    const int top = std::max(window.firstRow, 0), left = std::max(window.firstColumn, 0);
    const int bottom = std::min(window.firstRow + window.rows, window.height);
    const int right = std::min(window.firstColumn + window.columns, window.width);
    const std::size_t rowFloats = static_cast<std::size_t>(right - left) * static_cast<std::size_t>(window.channels);
    for (int row = top; row < bottom; ++row) {
        const std::size_t pixel =
            static_cast<std::size_t>(row) * static_cast<std::size_t>(window.width) + static_cast<std::size_t>(left);
        floats.patternAffine(window.x + pixel * static_cast<std::size_t>(window.channels), rowFloats, period_, factors_,
                             factors_ + period_, true, part + static_cast<std::size_t>(row - top) * rowFloats);
    }
    kernels::ConvWindow inPart = window;
    inPart.x = part;
    inPart.height = bottom - top;
    inPart.width = right - left;
    inPart.firstRow -= top;
    inPart.firstColumn -= left;
    return inPart;
}

void packConvPanel(const kernels::FloatKernels& floats, const kernels::ConvKernels& set, const ConvArgs& args,
                   int first, int channels, int width, float* rows, float* panel) {
    if (channels < width)
        std::fill_n(panel, kernels::convPanelFloats(args.kernel, args.x.channels, width, set.factors), 0.0f);
    for (int lane = 0; lane < channels; lane += kernels::kConvLanes) {
        const int count = std::min(kernels::kConvLanes, channels - lane);
        for (int i = 0; i < count; ++i)
            decodeWeightRow(floats, args.weight, first + lane + i,
                            rows + static_cast<std::ptrdiff_t>(i) * args.weight.k);
        set.packChannels(rows, count, args.kernel, args.x.channels, width, panel + lane);
    }
}

}  // namespace penjing
