#include "vae/two_ended_arena.h"

namespace penjing {
namespace {

// A Workspace matrix has int dimensions; a decoder's memory may have more floats than an int counts.
constexpr int kRowFloats = 4096;

int arenaRows(std::size_t floats) {
    return static_cast<int>((floats + kRowFloats - 1) / kRowFloats);
}

}  // namespace

TwoEndedArena::TwoEndedArena(Workspace& workspace, std::size_t floats) {
    const Mat memory = workspace.matrix(arenaRows(floats), kRowFloats);
    data_ = memory.data;
    capacity_ = data_ ? floats : 0;
}

float* TwoEndedArena::take(std::size_t floats) {
    if (floats > capacity_ - used_[0] - used_[1])
        return nullptr;
    const std::size_t at = opposite_ == 0 ? used_[0] : capacity_ - used_[1] - floats;
    used_[opposite_] += floats;
    return data_ + at;
}

Image2d TwoEndedArena::takeOpposite(int height, int width, int channels) {
    return {take(imageFloats(height, width, channels)), height, width, channels};
}

HalfImage TwoEndedArena::takeOppositeHalf(int height, int width, int channels) {
    float* const floats = take(halfFloats(height, width, channels));
    return {reinterpret_cast<std::uint16_t*>(floats), height, width, channels};
}

void TwoEndedArena::swapEnds(std::size_t floats) {
    used_[opposite_] = floats;
    opposite_ = 1 - opposite_;
    used_[opposite_] = 0;
}

std::size_t TwoEndedArena::imageFloats(int height, int width, int channels) {
    constexpr std::size_t kAlign = 16;  // 64 bytes
    const std::size_t floats =
        static_cast<std::size_t>(height) * static_cast<std::size_t>(width) * static_cast<std::size_t>(channels);
    return (floats + kAlign - 1) / kAlign * kAlign;
}

std::size_t TwoEndedArena::halfFloats(int height, int width, int channels) {
    return imageFloats(height, width, (channels + 1) / 2);
}

std::size_t TwoEndedArena::workspaceFloats(std::size_t floats) {
    return static_cast<std::size_t>(arenaRows(floats)) * kRowFloats;
}

}  // namespace penjing
