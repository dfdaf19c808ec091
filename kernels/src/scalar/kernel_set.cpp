#include "kernel_sets.h"
#include "scalar/float_kernels.h"
#include "scalar/linear_kernels.h"

namespace penjing::kernels {

constinit const KernelSet kScalarSet{
    .name = "scalar",
    .description = "portable C++, the reference; slow",
    .linear = &kScalarLinear,
    .floats = &kScalarFloat,
};

}  // namespace penjing::kernels
