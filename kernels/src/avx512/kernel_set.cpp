#include "avx512/float_kernels.h"
#include "avx512/linear_kernels.h"
#include "kernel_sets.h"

namespace penjing::kernels {

constinit const KernelSet kAvx512Set{
    .name = "avx512",
    .description = "AVX-512 with VNNI dot products",
    .linear = &kAvx512Linear,
    .floats = &kAvx512Float,
};

}  // namespace penjing::kernels
