#include <algorithm>

#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "penjing/kernels/float.h"

namespace penjing {
namespace {

constexpr int kPiece = 1024;  // values that are scaled on their way stay in the first-level cache

bool isBandOf(const Image2d& band, const HalfImage& whole, int firstRow) {
    return band.width == whole.width && band.channels == whole.channels && firstRow >= 0 &&
           firstRow + band.height <= whole.height;
}

int rowValues(const Image2d& band) {
    return band.width * band.channels;
}

std::uint16_t* rowOf(const HalfImage& image, int row) {
    return image.data + static_cast<std::ptrdiff_t>(row) * image.width * image.channels;
}

float* rowOf(const Image2d& image, int row) {
    return image.data + static_cast<std::ptrdiff_t>(row) * image.width * image.channels;
}

}  // namespace

Status CpuOps::storeHalf(const Image2d& x, const HalfImage& y, int firstRow) {
    if (!isBandOf(x, y, firstRow))
        return shapeError("storeHalf");
    return forEachChunk(x.height, threads_, stop_, [&](int row, int) {
        const float* from = rowOf(x, row);
        std::uint16_t* to = rowOf(y, firstRow + row);
        float scaled[kPiece];
        for (int i = 0; i < rowValues(x); i += kPiece) {
            const int n = std::min(kPiece, rowValues(x) - i);
            for (int j = 0; j < n; ++j) scaled[j] = from[i + j] * (1.0f / HalfImage::kHalfScale);
            floats().narrowF16(scaled, n, to + i);
        }
    });
}

Status CpuOps::loadHalf(const HalfImage& x, int firstRow, const Image2d& y) {
    if (!isBandOf(y, x, firstRow))
        return shapeError("loadHalf");
    return forEachChunk(y.height, threads_, stop_, [&](int row, int) {
        const std::uint16_t* from = rowOf(x, firstRow + row);
        float* to = rowOf(y, row);
        for (int i = 0; i < rowValues(y); i += kPiece) {
            const int n = std::min(kPiece, rowValues(y) - i);
            floats().widenF16(from + i, n, to + i);
            for (int j = 0; j < n; ++j) to[i + j] *= HalfImage::kHalfScale;
        }
    });
}

}  // namespace penjing
