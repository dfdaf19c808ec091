#pragma once

#include "penjing/kernels/float.h"

namespace penjing::kernels {

extern const FloatKernels kAvx512Float;

}  // namespace penjing::kernels
