#include "vae/streamed_blocks.h"

#include <algorithm>
#include <optional>

#include "ops/group_moments.h"
#include "vae/row_stream.h"

namespace penjing {
namespace {

// Gives back what was taken at the arena's opposite end within a scope.
class ArenaScope {
public:
    explicit ArenaScope(TwoEndedArena& arena) : arena_(arena), taken_(arena.oppositeFloats()) {}
    ~ArenaScope() { arena_.dropOpposite(taken_); }
    ArenaScope(const ArenaScope&) = delete;
    ArenaScope& operator=(const ArenaScope&) = delete;

private:
    TwoEndedArena& arena_;
    std::size_t taken_;
};

// The factors of a normalisation; they stay where they are while convolutions read them.
class NormFactors {
public:
    explicit NormFactors(int channels) : values_(2 * static_cast<std::size_t>(channels)), channels_(channels) {}
    float* scale() { return values_.data(); }
    float* shift() { return values_.data() + channels_; }
    ChannelAffine affine() { return {scale(), shift()}; }

private:
    std::vector<float> values_;
    int channels_;
};

std::size_t floatsOf(const HalfImage& image) {
    return TwoEndedArena::halfFloats(image.height, image.width, image.channels);
}

class StreamedDecoder {
public:
    StreamedDecoder(DecoderContext& context, const DecoderMemory& memory) : context_(context), memory_(memory) {}

    // The whole picture so far, in binary16 from here on.
    Status begin();
    // A block's resnets, after the upsampler of the block before it where there is one.
    Status runBlock(const UpBlockWeights& block, const ConvWeights* upsampler);
    Status runOutput(const NormWeights& norm, const ConvWeights& weights);

private:
    // A resnet's input: the picture that is kept, or its enlargement while it passes by.
    struct Input;

    Status enlarge(const ConvWeights& upsampler);
    // `replaces`: the input, enlarged or of other channels, has not the output's shape.
    Status runResnetKeepingInner(const ResnetWeights& weights, const ConvWeights* upsampler, bool replaces);
    Status runResnetInPlace(const ResnetWeights& weights);
    // All after the first convolution, whose rows are `inner`.
    Status finishResnet(const ResnetWeights& weights, RowSource& inner, const ConvWeights* upsampler,
                        const HalfImage& to);

    // All bands of `rows`: their sums into sums_, and into `to` if that is a picture.
    Status passBy(RowSource& rows, const HalfImage& to);
    NormFactors foldSums(const NormWeights& norm, const RowSource& summed) const;
    ConvArgs conv(const ConvWeights& weights, int kernel, ChannelAffine norm = {}) const;
    // Under a convolution of that kernel; in the arena, for as long as the caller's ArenaScope.
    RowWindow windowOf(RowSource& source, int kernel);
    void replaceCurrent(const HalfImage& image);

    DecoderContext& context_;
    const DecoderMemory& memory_;
    HalfImage current_;
    std::vector<double> sums_;  // of the picture that passed by last: [channels], then of the squares
};

struct StreamedDecoder::Input {
    Input(StreamedDecoder& decoder, const ConvWeights* upsampler) : kept(decoder.context_.ops, decoder.current_) {
        if (upsampler == nullptr)
            return;
        ConvArgs args = decoder.conv(*upsampler, 3);
        args.upsample = true;
        enlarged.emplace(decoder.context_.ops, decoder.windowOf(kept, 3), args);
    }
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;
    RowSource& rows() { return enlarged ? static_cast<RowSource&>(*enlarged) : kept; }

    StoredRows kept;
    std::optional<ConvRows> enlarged;
};

Status StreamedDecoder::begin() {
    const Image2d x = context_.current;
    const HalfImage kept = context_.arena.takeOppositeHalf(x.height, x.width, x.channels);
    if (kept.data == nullptr)
        return arenaTooSmall();
    PENJING_TRY(context_.ops.storeHalf(x, kept, 0));
    sums_.assign(2 * static_cast<std::size_t>(x.channels), 0.0);
    PENJING_TRY(context_.ops.addChannelSums(x, sums_.data(), sums_.data() + x.channels));
    replaceCurrent(kept);
    return {};
}

Status StreamedDecoder::runBlock(const UpBlockWeights& block, const ConvWeights* upsampler) {
    context_.ops.releaseScratch();  // what was before, the middle attention above all, took more than this needs
    if (upsampler != nullptr) {
        const int height = 2 * current_.height, width = 2 * current_.width;
        if (memory_.keepsEnlarged(floatsOf(current_), TwoEndedArena::halfFloats(height, width, upsampler->weight.n),
                                  TwoEndedArena::halfFloats(height, width, block.resnets.front().outputs))) {
            PENJING_TRY(enlarge(*upsampler));
            upsampler = nullptr;
        } else {
            const ArenaScope scope(context_.arena);
            PENJING_TRY(passBy(Input(*this, upsampler).rows(), {}));
        }
    }
    for (const ResnetWeights& resnet : block.resnets) {
        const bool replaces = upsampler != nullptr || resnet.shortcut;
        if (replaces || memory_.keepsBoth(floatsOf(current_), floatsOf(current_)))
            PENJING_TRY(runResnetKeepingInner(resnet, upsampler, replaces));
        else
            PENJING_TRY(runResnetInPlace(resnet));
        upsampler = nullptr;
    }
    return {};
}

Status StreamedDecoder::enlarge(const ConvWeights& upsampler) {
    const HalfImage enlarged =
        context_.arena.takeOppositeHalf(2 * current_.height, 2 * current_.width, upsampler.weight.n);
    if (enlarged.data == nullptr)
        return arenaTooSmall();
    {
        const ArenaScope scope(context_.arena);
        PENJING_TRY(passBy(Input(*this, &upsampler).rows(), enlarged));
    }
    replaceCurrent(enlarged);
    return {};
}

Status StreamedDecoder::runResnetKeepingInner(const ResnetWeights& weights, const ConvWeights* upsampler,
                                              bool replaces) {
    const int factor = upsampler != nullptr ? 2 : 1;
    const HalfImage inner =
        context_.arena.takeOppositeHalf(factor * current_.height, factor * current_.width, weights.outputs);
    if (inner.data == nullptr)
        return arenaTooSmall();
    {
        const ArenaScope scope(context_.arena);
        Input input(*this, upsampler);
        NormFactors norm1 = foldSums(weights.norm1, input.rows());
        ConvRows conv1(context_.ops, windowOf(input.rows(), 3), conv(weights.conv1, 3, norm1.affine()));
        PENJING_TRY(passBy(conv1, inner));
    }
    {
        const ArenaScope scope(context_.arena);
        StoredRows kept(context_.ops, inner);
        PENJING_TRY(finishResnet(weights, kept, upsampler, replaces ? inner : current_));
    }
    if (replaces)
        replaceCurrent(inner);
    else
        context_.arena.dropOpposite();
    return {};
}

Status StreamedDecoder::runResnetInPlace(const ResnetWeights& weights) {
    const ArenaScope scope(context_.arena);
    StoredRows x(context_.ops, current_);
    NormFactors norm1 = foldSums(weights.norm1, x);
    ConvRows conv1(context_.ops, windowOf(x, 3), conv(weights.conv1, 3, norm1.affine()));
    PENJING_TRY(passBy(conv1, {}));
    return finishResnet(weights, conv1, nullptr, current_);
}

// `to` may be what the inner rows or the residual are read from: a band has been read from both before it is written.
Status StreamedDecoder::finishResnet(const ResnetWeights& weights, RowSource& inner, const ConvWeights* upsampler,
                                     const HalfImage& to) {
    NormFactors norm2 = foldSums(weights.norm2, inner);
    Input input(*this, upsampler);
    std::optional<ConvRows> shortcut;
    if (weights.shortcut)
        shortcut.emplace(context_.ops, windowOf(input.rows(), 1), conv(*weights.shortcut, 1));
    ConvRows y(context_.ops, windowOf(inner, 3), conv(weights.conv2, 3, norm2.affine()),
               shortcut ? &*shortcut : &input.rows());
    return passBy(y, to);
}

Status StreamedDecoder::runOutput(const NormWeights& norm, const ConvWeights& weights) {
    const Image2d rgb = context_.arena.takeOpposite(current_.height, current_.width, weights.weight.n);
    if (rgb.data == nullptr)
        return arenaTooSmall();
    StoredRows kept(context_.ops, current_);
    NormFactors factors = foldSums(norm, kept);
    ConvRows colours(context_.ops, windowOf(kept, 3), conv(weights, 3, factors.affine()));
    const std::ptrdiff_t rowFloats = static_cast<std::ptrdiff_t>(rgb.width) * rgb.channels;
    for (int first = 0; first < rgb.height; first += kBandRows) {
        const int rows = std::min(kBandRows, rgb.height - first);
        PENJING_TRY(colours.produce(first, {rgb.data + first * rowFloats, rows, rgb.width, rgb.channels}));
    }
    context_.advance(rgb);
    return {};
}

Status StreamedDecoder::passBy(RowSource& rows, const HalfImage& to) {
    const ArenaScope scope(context_.arena);
    const Image2d buffer = context_.arena.takeOpposite(kBandRows, rows.width, rows.channels);
    if (buffer.data == nullptr)
        return arenaTooSmall();
    sums_.assign(2 * static_cast<std::size_t>(rows.channels), 0.0);
    return forEachBand(rows, buffer, [&](int first, const Image2d& band) -> Status {
        PENJING_TRY(context_.ops.addChannelSums(band, sums_.data(), sums_.data() + band.channels));
        return to.data != nullptr ? context_.ops.storeHalf(band, to, first) : Status{};
    });
}

NormFactors StreamedDecoder::foldSums(const NormWeights& norm, const RowSource& summed) const {
    NormFactors factors(summed.channels);
    const double pixels = static_cast<double>(summed.height) * summed.width;
    foldChannelSums(sums_.data(), sums_.data() + summed.channels, pixels, summed.channels, context_.groupNorm(norm),
                    factors.scale(), factors.shift());
    return factors;
}

ConvArgs StreamedDecoder::conv(const ConvWeights& weights, int kernel, ChannelAffine norm) const {
    return {.weight = weights.weight,
            .bias = weights.bias,
            .kernel = kernel,
            .norm = norm,
            .precision = context_.precision};
}

RowWindow StreamedDecoder::windowOf(RowSource& source, int kernel) {
    return {source, context_.arena.takeOpposite(RowWindow::rowsFor(kernel), source.width, source.channels)};
}

void StreamedDecoder::replaceCurrent(const HalfImage& image) {
    context_.arena.makeCurrent(image);
    current_ = image;
}

}  // namespace

Status runStreamed(DecoderContext& context, const VaeWeights& weights, int first, const DecoderMemory& memory) {
    StreamedDecoder decoder(context, memory);
    PENJING_TRY(decoder.begin());
    for (int b = first; b < static_cast<int>(weights.upBlocks.size()); ++b)
        PENJING_TRY(decoder.runBlock(weights.upBlocks[static_cast<std::size_t>(b)], weights.upsamplerBefore(b)));
    return decoder.runOutput(weights.normOut, weights.convOut);
}

}  // namespace penjing
