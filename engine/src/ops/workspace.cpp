#include "ops/workspace.h"

#include <cstdlib>
#include <limits>

#include "ops/aligned_memory.h"

namespace penjing {
namespace {

constexpr std::size_t kAlignFloats = 16;  // 64 bytes

std::size_t roundUp(std::size_t floats) {
    return (floats + kAlignFloats - 1) / kAlignFloats * kAlignFloats;
}

}  // namespace

void Workspace::Free::operator()(float* p) const {
    std::free(p);
}

Result<Workspace> Workspace::reserve(std::size_t floats) {
    if (floats > std::numeric_limits<std::size_t>::max() / sizeof(float) - kAlignFloats)
        return Error{ErrorCode::Memory, "the run needs more memory than can be addressed"};
    Workspace workspace;
    workspace.capacity_ = roundUp(floats) + kAlignFloats;
    workspace.data_.reset(static_cast<float*>(allocateAligned(workspace.capacity_ * sizeof(float))));
    if (!workspace.data_)
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
    float* data = data_.get() + used_;
    used_ += floats;
    return {data, rows, cols, cols};
}

Image2d Workspace::image(int height, int width, int channels) {
    const Mat m = matrix(height * width, channels);
    return {m.data, height, width, channels};
}

}  // namespace penjing
