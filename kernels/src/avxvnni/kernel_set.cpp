#include "avx2/float_kernels.h"
#include "avxvnni/vnni_dots.h"
#include "kernel_sets.h"

namespace penjing::kernels {
namespace {

constinit const LinearKernels kAvxVnniLinear = vnniLinears(spinVnni);

}  // namespace

constinit const KernelSet kAvxVnniSet{
    .name = "avxvnni",
    .description = "AVX2 and FMA, with 256-bit VNNI dot products",
    .linear = &kAvxVnniLinear,
    .floats = &kAvx2Float,
};

}  // namespace penjing::kernels
