#pragma once

#include "penjing/kernels/kernel_set.h"

namespace penjing::kernels::test {

// The set avxvnni with its dot product in the encoding of AVX-512 VNNI, so that it is tested on processors that have
// that and not AVX-VNNI. Needs what the set avx512 needs.
extern const KernelSet kEncodedAvxVnniSet;

}  // namespace penjing::kernels::test
