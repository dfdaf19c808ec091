#include "avx512/float_kernels.h"

#include "floats/table.h"
#include "simd/avx512.h"

namespace penjing::kernels {

constinit const FloatKernels kAvx512Float = floatKernelTable<Avx512>();

}  // namespace penjing::kernels
