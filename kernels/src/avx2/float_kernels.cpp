#include "avx2/float_kernels.h"

#include "floats/table.h"
#include "simd/avx2.h"

namespace penjing::kernels {

constinit const FloatKernels kAvx2Float = floatKernelTable<Avx2>();

}  // namespace penjing::kernels
