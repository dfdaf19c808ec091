#include "avx2/float_kernels.h"
#include "avx2/linear_kernels.h"
#include "kernel_sets.h"

namespace penjing::kernels {

constinit const KernelSet kAvx2Set{
    .name = "avx2",
    .description = "AVX2 and FMA, byte products summed in 16 bits",
    .linear = &kAvx2Linear,
    .floats = &kAvx2Float,
};

}  // namespace penjing::kernels
