#include "scalar/float_kernels.h"

#include "floats/table.h"
#include "simd/portable.h"

namespace penjing::kernels {

constinit const FloatKernels kScalarFloat = floatKernelTable<Portable>();

}  // namespace penjing::kernels
