#include "transformer/weight_rows.h"

#include "pack/weight_format.h"

namespace penjing {

Weight weightRows(const Weight& weight, int first, int count) {
    Weight rows = weight;
    rows.n = count;
    rows.data += matrixBytes(weight.format, first, weight.k);
    return rows;
}

}  // namespace penjing
