#include <algorithm>

#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "penjing/kernels/float.h"

namespace penjing {

Status CpuOps::swiglu(ConstMat gate, ConstMat up, Mat y) {
    if (gate.rows != y.rows || gate.cols != y.cols || up.rows != y.rows || up.cols != y.cols)
        return shapeError("swiglu");
    return forEachRows(y.rows, y.cols, threads_, stop_, [&](int first, int last) {
        for (int r = first; r < last; ++r) floats().swiglu(gate.row(r), up.row(r), y.cols, y.row(r));
    });
}

Status CpuOps::silu(ConstMat x, Mat y) {
    if (x.rows != y.rows || x.cols != y.cols)
        return shapeError("silu");
    return forEachRows(y.rows, y.cols, threads_, stop_, [&](int first, int last) {
        for (int r = first; r < last; ++r) floats().silu(x.row(r), y.cols, y.row(r));
    });
}

Status CpuOps::copy(ConstMat x, Mat y) {
    if (x.rows != y.rows || x.cols != y.cols)
        return shapeError("copy");
    return forEachRows(y.rows, y.cols, threads_, stop_, [&](int first, int last) {
        for (int r = first; r < last; ++r) std::copy_n(x.row(r), y.cols, y.row(r));
    });
}

Status CpuOps::add(ConstMat x, Mat y) {
    if (x.rows != y.rows || x.cols != y.cols)
        return shapeError("add");
    return forEachRows(y.rows, y.cols, threads_, stop_, [&](int first, int last) {
        for (int r = first; r < last; ++r) floats().add(x.row(r), y.cols, y.row(r));
    });
}

}  // namespace penjing
