// Compiled with the flags of avx512: nothing here, and nothing that is included, may use the standard library or
// GoogleTest, whose inline functions the linker could then take from this file for any processor.
#define PENJING_VPDPBUSD "vpdpbusd "

#include "emulated/avxvnni_kernels.h"

#include "avx2/float_kernels.h"
#include "avxvnni/vnni_dots.h"

namespace penjing::kernels::test {
namespace {

constinit const LinearKernels kLinear = vnniLinears(spinVnni);

}  // namespace

constinit const KernelSet kEncodedAvxVnniSet{
    .name = "avxvnni_encoded",
    .description = "the set avxvnni in the encoding of AVX-512 VNNI",
    .linear = &kLinear,
    .floats = &kAvx2Float,
};

}  // namespace penjing::kernels::test
