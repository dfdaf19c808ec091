#pragma once

#include <cstddef>

#include "ops/tensor_view.h"
#include "ops/workspace.h"

namespace penjing {

// Hands out images from both ends of one stretch of memory. A decoder's current picture lies at one end and the scratch
// of the next step at the other; where a step makes a new picture, it is put at the far end and the ends change their
// roles. So the peak is exactly the largest sum of what is alive at once, with no copy and no gap.
class TwoEndedArena {
public:
    // Takes `floats` out of the workspace. floats() is 0 if they were not there.
    TwoEndedArena(Workspace& workspace, std::size_t floats);

    // Image at the end where the current picture is not, after what was taken there already; data null if the arena is
    // full.
    Image2d takeOpposite(int height, int width, int channels);
    HalfImage takeOppositeHalf(int height, int width, int channels);
    // How much is taken at the opposite end, and dropping all that was taken there after it was that much.
    std::size_t oppositeFloats() const { return used_[opposite_]; }
    void dropOpposite(std::size_t kept = 0) { used_[opposite_] = kept; }
    // What was taken first at the opposite end, of this shape, becomes the current picture; all the rest is dropped.
    void makeCurrent(const Image2d& image) { swapEnds(imageFloats(image.height, image.width, image.channels)); }
    void makeCurrent(const HalfImage& image) { swapEnds(halfFloats(image.height, image.width, image.channels)); }

    static std::size_t imageFloats(int height, int width, int channels);
    static std::size_t halfFloats(int height, int width, int channels);
    static std::size_t workspaceFloats(std::size_t floats);

private:
    float* take(std::size_t floats);
    void swapEnds(std::size_t floats);

    float* data_ = nullptr;
    std::size_t capacity_ = 0;
    std::size_t used_[2] = {0, 0};
    int opposite_ = 0;
};

}  // namespace penjing
