#include <algorithm>

#include "cpu/cpu_ops_impl.h"
#include "cpu/cpu_parallel.h"
#include "cpu/weight_rows.h"

namespace penjing {

Status CpuOps::embedding(const Weight& table, std::span<const int> ids, Mat y) {
    const bool known = std::all_of(ids.begin(), ids.end(), [&](int id) { return id >= 0 && id < table.n; });
    if (!known || static_cast<std::size_t>(y.rows) != ids.size() || y.cols != table.k)
        return shapeError("embedding");
    return forEachRows(y.rows, y.cols, threads_, stop_, [&](int first, int last) {
        for (int r = first; r < last; ++r) decodeWeightRow(floats(), table, ids[static_cast<std::size_t>(r)], y.row(r));
    });
}

}  // namespace penjing
