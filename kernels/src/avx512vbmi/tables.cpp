#include "avx512vbmi/table_multiply.h"
#include "kernel_sets.h"

namespace penjing::kernels {

constinit const TableKernels kAvx512VbmiTables = avx512vbmi::lookupKernels();

}  // namespace penjing::kernels
