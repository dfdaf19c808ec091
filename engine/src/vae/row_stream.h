#pragma once

#include "ops/ops.h"

namespace penjing {

// Pictures that pass by in bands of rows, from the top down, instead of lying in memory whole. Bands are always of
// kBandRows rows from a multiple of it on (the last may be lower): where a row's convolution begins does not depend on
// who asks for it, so every pass over a source makes the same bits.
inline constexpr int kBandRows = 8;

// A picture of height x width x channels whose rows can be made. Not thread-safe.
class RowSource {
public:
    RowSource(int pictureHeight, int pictureWidth, int pictureChannels)
        : height(pictureHeight), width(pictureWidth), channels(pictureChannels) {}
    virtual ~RowSource() = default;

    // Writes rows [first, first + y.height): one band. Sources that read others ask for bands in order.
    virtual Status produce(int first, const Image2d& y) = 0;

    const int height, width, channels;
};

// The bands of a picture in memory.
class StoredRows final : public RowSource {
public:
    StoredRows(Ops& ops, const HalfImage& image)
        : RowSource(image.height, image.width, image.channels), ops_(ops), image_(image) {}
    Status produce(int first, const Image2d& y) override { return ops_.loadHalf(image_, first, y); }

private:
    Ops& ops_;
    HalfImage image_;
};

// The rows of a source that a convolution reads at a time, in a buffer that moves down the picture.
class RowWindow {
public:
    // Rows that a window under a convolution of that kernel holds at most.
    static int rowsFor(int kernel) { return kernel == 1 ? kBandRows : 2 * kBandRows + 1; }

    // `buffer` holds rowsFor(kernel) rows of the source.
    RowWindow(RowSource& source, const Image2d& buffer) : source_(source), buffer_(buffer) {}

    // Makes rows [first, last) of the source available; rows before `first` are forgotten. From the top down, then
    // perhaps from the top again.
    Status require(int first, int last);
    // What is available, and the row of the source that it begins with.
    Image2d rows() const { return {buffer_.data, bottom_ - top_, buffer_.width, buffer_.channels}; }
    int top() const { return top_; }
    const RowSource& source() const { return source_; }

private:
    RowSource& source_;
    Image2d buffer_;
    int top_ = 0, bottom_ = 0;
};

// A convolution of what a window shows: `args` without x, y, residual and firstRow. With `residual`, whose rows are the
// output's, that source is added.
class ConvRows final : public RowSource {
public:
    ConvRows(Ops& ops, RowWindow input, const ConvArgs& args, RowSource* residual = nullptr);
    Status produce(int first, const Image2d& y) override;

private:
    Ops& ops_;
    RowWindow input_;
    ConvArgs args_;
    RowSource* residual_;
};

// visit(first row, band) for all bands of a source; `buffer` has kBandRows rows of it.
template <class Visit>
Status forEachBand(RowSource& source, const Image2d& buffer, const Visit& visit) {
    for (int first = 0; first < source.height; first += kBandRows) {
        const int rows = source.height - first < kBandRows ? source.height - first : kBandRows;
        const Image2d band{buffer.data, rows, source.width, source.channels};
        PENJING_TRY(source.produce(first, band));
        PENJING_TRY(visit(first, band));
    }
    return {};
}

}  // namespace penjing
