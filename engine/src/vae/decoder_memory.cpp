#include "vae/decoder_memory.h"

#include <algorithm>

#include "vae/decoder_context.h"

namespace penjing {
namespace {

// Follows the shapes through the decoder; every method is the memory of the function in decoder_context.h it is named
// for.
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
        const std::size_t band =
            outputs == channels_ ? 0 : TwoEndedArena::imageFloats(kShortcutBandRows, width_, outputs);
        note(held_ + image(outputs) + band);
        channels_ = outputs;
    }
    void midAttention() { note(held_ + 4 * image(channels_)); }
    std::size_t peak() const { return peak_; }

private:
    std::size_t image(int channels) const { return TwoEndedArena::imageFloats(height_, width_, channels); }
    void note(std::size_t floats) { peak_ = std::max(peak_, floats); }

    int height_;
    int width_;
    int channels_;
    std::size_t held_;  // what the current picture occupies; a shortcut in place makes it narrower but frees nothing
    std::size_t peak_ = 0;
};

}  // namespace

std::size_t decoderFloats(const VaeConfig& config, int gridHeight, int gridWidth) {
    MemoryWalk walk(gridHeight * config.patch, gridWidth * config.patch, config.latentChannels);
    const auto& widths = config.decoderBlockOutChannels;
    if (config.usePostQuantConv)
        walk.conv(config.latentChannels, false);
    walk.conv(widths.back(), false);
    walk.resnet(widths.back());
    if (config.midBlockAddAttention)
        walk.midAttention();
    walk.resnet(widths.back());
    for (std::size_t block = widths.size(); block-- > 0;) {
        for (int i = 0; i <= config.layersPerBlock; ++i) walk.resnet(widths[block]);
        if (block > 0)
            walk.conv(widths[block], true);
    }
    walk.conv(3, false);
    return walk.peak();
}

}  // namespace penjing
