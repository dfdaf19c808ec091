#pragma once

#include "penjing/kernels/kernel_set.h"
#include "penjing/kernels/tables.h"

// Every set that this build contains; whether the processor can run it is decided in dispatch.cpp.
namespace penjing::kernels {

extern const KernelSet kScalarSet;
extern const KernelSet kAvx2Set;
extern const KernelSet kAvxVnniSet;
extern const KernelSet kAvx512Set;
extern const KernelSet kAvx512Bf16Set;

// What AVX-512 VBMI adds to the two sets of AVX-512.
extern const TableKernels kAvx512VbmiTables;

}  // namespace penjing::kernels
