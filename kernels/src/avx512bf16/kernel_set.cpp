#include "avx512bf16/float_kernels.h"
#include "avx512bf16/linear_kernels.h"
#include "kernel_sets.h"

namespace penjing::kernels {

constinit const KernelSet kAvx512Bf16Set{
    .name = "avx512bf16",
    .description = "AVX-512 with VNNI and bfloat16 dot products",
    .linear = &kAvx512Bf16Linear,
    .floats = &kAvx512Bf16Float,
};

}  // namespace penjing::kernels
