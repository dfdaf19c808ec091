#include "vae/row_stream.h"

#include <algorithm>
#include <cstring>

#include "vae/decoder_context.h"

namespace penjing {
namespace {

std::size_t floatsOfRows(const Image2d& image, int rows) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(image.width) *
           static_cast<std::size_t>(image.channels);
}

}  // namespace

Status RowWindow::require(int first, int last) {
    if (buffer_.data == nullptr)
        return arenaTooSmall();
    if (first < top_)
        top_ = bottom_ = 0;
    const int dropped = std::min(first, bottom_) - top_;
    if (dropped > 0) {
        std::memmove(buffer_.data, buffer_.data + floatsOfRows(buffer_, dropped),
                     floatsOfRows(buffer_, bottom_ - top_ - dropped) * sizeof(float));
        top_ += dropped;
    }
    while (bottom_ < last) {
        const int rows = std::min(kBandRows, source_.height - bottom_);
        if (rows <= 0 || bottom_ - top_ + rows > buffer_.height)
            return arenaTooSmall();
        PENJING_TRY(source_.produce(
            bottom_, {buffer_.data + floatsOfRows(buffer_, bottom_ - top_), rows, buffer_.width, buffer_.channels}));
        bottom_ += rows;
    }
    return {};
}

ConvRows::ConvRows(Ops& ops, RowWindow input, const ConvArgs& args, RowSource* residual)
    : RowSource(input.source().height * (args.upsample ? 2 : 1), input.source().width * (args.upsample ? 2 : 1),
                args.weight.n),
      ops_(ops),
      input_(input),
      args_(args),
      residual_(residual) {}

Status ConvRows::produce(int first, const Image2d& y) {
    const int factor = args_.upsample ? 2 : 1, reach = args_.kernel / 2;
    const int above = std::max(first - reach, 0), below = std::min(first + y.height + reach, height);
    PENJING_TRY(input_.require(above / factor, (below + factor - 1) / factor));
    if (residual_ != nullptr)
        PENJING_TRY(residual_->produce(first, y));
    ConvArgs args = args_;
    args.x = input_.rows();
    args.y = y;
    args.residual = residual_ != nullptr ? y.data : nullptr;
    args.firstRow = first - input_.top() * factor;
    return ops_.conv2d(args);
}

}  // namespace penjing
