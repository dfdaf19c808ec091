#pragma once

#include "penjing/kernels/kernel_set.h"

// Every set that this build contains; whether the processor can run it is decided in dispatch.cpp.
namespace penjing::kernels {

extern const KernelSet kScalarSet;
extern const KernelSet kAvx2Set;
extern const KernelSet kAvxVnniSet;
extern const KernelSet kAvx512Set;
extern const KernelSet kAvx512Bf16Set;

}  // namespace penjing::kernels
