#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "penjing/kernels/float.h"

namespace penjing {

Status CpuOps::layerNormModulate(ConstMat x, const float* shift, const float* scale, float eps, Mat y) {
    if (x.rows != y.rows || x.cols != y.cols)
        return shapeError("layerNormModulate");
    return forEachRows(x.rows, x.cols, threads_, stop_, [&](int first, int last) {
        for (int r = first; r < last; ++r) floats().layerNormModulate(x.row(r), shift, scale, eps, x.cols, y.row(r));
    });
}

Status CpuOps::rmsNorm(ConstMat x, const float* weight, float eps, Mat y) {
    if (x.rows != y.rows || x.cols != y.cols)
        return shapeError("rmsNorm");
    return forEachRows(x.rows, x.cols, threads_, stop_, [&](int first, int last) {
        for (int r = first; r < last; ++r) floats().rmsNorm(x.row(r), weight, eps, x.cols, y.row(r));
    });
}

Status CpuOps::headNormRope(Mat x, int heads, int headDim, const float* weight, float eps, const RopeTable& rope,
                            int firstPosition, RopeLayout layout) {
    const bool fits = heads > 0 && headDim > 0 && headDim % 2 == 0 && x.cols % headDim == 0 &&
                      x.cols / headDim == heads && rope.pairs == headDim / 2 && firstPosition >= 0 &&
                      firstPosition <= rope.positions && x.rows <= rope.positions - firstPosition;
    if (!fits)
        return shapeError("headNormRope");
    return forEachRows(x.rows, x.cols, threads_, stop_, [&](int first, int last) {
        for (int r = first; r < last; ++r) {
            const std::ptrdiff_t offset = static_cast<std::ptrdiff_t>(firstPosition + r) * rope.pairs;
            const kernels::RowRotation rotation{rope.cos + offset, rope.sin + offset,
                                                layout == RopeLayout::Interleaved};
            floats().headNormRope(x.row(r), heads, headDim, weight, eps, rotation);
        }
    });
}

}  // namespace penjing
