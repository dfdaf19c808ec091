#include "vae/decoder_memory.h"

#include <algorithm>
#include <optional>

#include "vae/decoder_context.h"
#include "vae/row_stream.h"

namespace penjing {
namespace {

std::size_t whole(int height, int width, int channels) {
    return TwoEndedArena::imageFloats(height, width, channels);
}
std::size_t window(int width, int channels, int kernel = 3) {
    return whole(RowWindow::rowsFor(kernel), width, channels);
}

// Follows the shapes through the decoder; every method is the memory of the function in decoder_context.h, or of
// streamed_blocks.cpp, it is named for.
class MemoryWalk {
public:
    MemoryWalk(int height, int width, int channels)
        : height_(height), width_(width), channels_(channels), held_(image(channels)) {}

    void conv(int outputs, bool upsample) {
        if (upsample) {
            height_ *= 2;
            width_ *= 2;
        }
        note(held_ + image(outputs));
        channels_ = outputs;
        held_ = image(outputs);
    }
    void resnet(int outputs) {
        const std::size_t band = outputs == channels_ ? 0 : whole(kShortcutBandRows, width_, outputs);
        note(held_ + image(outputs) + band);
        channels_ = outputs;
    }
    void midAttention() { note(held_ + 4 * image(channels_)); }

    void begin() {
        note(held_ + halved(channels_));
        held_ = halved(channels_);
    }
    void streamedBlock(int resnets, int outputs, std::optional<int> upsampler, const DecoderMemory& memory) {
        std::size_t source = 0;  // the window under an enlargement that passes by
        if (upsampler) {
            source = window(width_, channels_);
            const std::size_t before = held_;
            height_ *= 2;
            width_ *= 2;
            channels_ = *upsampler;
            const bool kept = memory.keepsEnlarged(before, halved(channels_), halved(outputs));
            note(before + (kept ? halved(channels_) : 0) + source + band(channels_));
            if (kept) {
                held_ = halved(channels_);
                source = 0;
            }
        }
        for (int i = 0; i < resnets; ++i, source = 0) streamedResnet(outputs, source, memory);
    }
    void streamedOutput(int outputs) { note(held_ + image(outputs) + window(width_, channels_)); }

    std::size_t peak() const { return peak_; }

private:
    void streamedResnet(int outputs, std::size_t source, const DecoderMemory& memory) {
        const bool replaces = source > 0 || outputs != channels_;
        const std::size_t inner = replaces || memory.keepsBoth(held_, held_) ? halved(outputs) : 0;
        const std::size_t conv1 = source + window(width_, channels_);
        const std::size_t shortcut = outputs != channels_ ? window(width_, channels_, 1) : 0;
        note(held_ + inner + conv1 + band(outputs));
        note(held_ + inner + (inner > 0 ? 0 : conv1) + source + shortcut + window(width_, outputs) + band(outputs));
        channels_ = outputs;
        if (replaces)
            held_ = halved(outputs);
    }
    std::size_t image(int channels) const { return whole(height_, width_, channels); }
    std::size_t halved(int channels) const { return TwoEndedArena::halfFloats(height_, width_, channels); }
    std::size_t band(int channels) const { return whole(kBandRows, width_, channels); }
    void note(std::size_t floats) { peak_ = std::max(peak_, floats); }

    int height_;
    int width_;
    int channels_;
    std::size_t held_;  // what the current picture occupies; a shortcut in place makes it narrower but frees nothing
    std::size_t peak_ = 0;
};

}  // namespace

int firstStreamedBlock(const VaeConfig& config, int gridHeight, int gridWidth, const DecoderMemory& memory) {
    const auto& widths = config.decoderBlockOutChannels;
    const int blocks = static_cast<int>(widths.size());
    int height = gridHeight * config.patch, width = gridWidth * config.patch, inputs = widths.back();
    for (int block = 0; block < blocks; ++block, height *= 2, width *= 2) {
        const int outputs = widths[static_cast<std::size_t>(blocks - 1 - block)];
        if (whole(height, width, inputs) + whole(height, width, outputs) > memory.keptFloats)
            return block;
        inputs = outputs;
    }
    return blocks;
}

std::size_t decoderFloats(const VaeConfig& config, int gridHeight, int gridWidth, const DecoderMemory& memory) {
    MemoryWalk walk(gridHeight * config.patch, gridWidth * config.patch, config.latentChannels);
    const auto& widths = config.decoderBlockOutChannels;
    const int blocks = static_cast<int>(widths.size()), resnets = config.layersPerBlock + 1;
    const auto outputs = [&](int block) { return widths[static_cast<std::size_t>(blocks - 1 - block)]; };
    if (config.usePostQuantConv)
        walk.conv(config.latentChannels, false);
    walk.conv(widths.back(), false);
    walk.resnet(widths.back());
    if (config.midBlockAddAttention)
        walk.midAttention();
    walk.resnet(widths.back());

    const int streamed = firstStreamedBlock(config, gridHeight, gridWidth, memory);
    for (int block = 0; block < streamed; ++block) {
        if (block > 0)
            walk.conv(outputs(block - 1), true);
        for (int i = 0; i < resnets; ++i) walk.resnet(outputs(block));
    }
    if (streamed == blocks) {
        walk.conv(3, false);
        return walk.peak();
    }
    walk.begin();
    for (int block = streamed; block < blocks; ++block) {
        const std::optional<int> upsampler = block > 0 ? std::optional(outputs(block - 1)) : std::nullopt;
        walk.streamedBlock(resnets, outputs(block), upsampler, memory);
    }
    walk.streamedOutput(3);
    return walk.peak();
}

}  // namespace penjing
