#pragma once

#include "penjing/kernels/tables.h"

namespace penjing::kernels::test {

// The products by table lookup with VPERMB emulated. Needs what the set avx512 needs, which has the ordinary products.
extern const TableKernels kEmulatedTables;

}  // namespace penjing::kernels::test
