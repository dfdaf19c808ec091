#include "ops/workspace.h"

#include <limits>

namespace penjing {
namespace {

constexpr std::size_t kAlignFloats = 16;  // 64 bytes

std::size_t roundUp(std::size_t floats) {
    return (floats + kAlignFloats - 1) / kAlignFloats * kAlignFloats;
}

}  // namespace

Result<Workspace> Workspace::reserve(std::size_t floats) {
    if (floats > std::numeric_limits<std::size_t>::max() / sizeof(float) - kAlignFloats)
        return Error{ErrorCode::Memory, "the run needs more memory than can be addressed"};
    Workspace workspace;
    workspace.capacity_ = roundUp(floats) + kAlignFloats;
    workspace.memory_ = AlignedMemory(workspace.capacity_ * sizeof(float));
    if (!workspace.memory_.data())
        return Error{ErrorCode::Memory, "not enough memory: " +
                                            std::to_string(workspace.capacity_ * sizeof(float) >> 20) + " MiB refused"};
    return workspace;
}

std::size_t Workspace::matrixFloats(int rows, int cols) {
    return roundUp(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
}

Mat Workspace::matrix(int rows, int cols) {
    const std::size_t floats = matrixFloats(rows, cols);
    if (floats > capacity_ - used_)
        return {};
    float* data = reinterpret_cast<float*>(memory_.data()) + used_;
    used_ += floats;
    return {data, rows, cols, cols};
}

Image2d Workspace::image(int height, int width, int channels) {
    const Mat m = matrix(height * width, channels);
    return {m.data, height, width, channels};
}

}  // namespace penjing
