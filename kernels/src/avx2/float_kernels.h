#pragma once

#include "penjing/kernels/float.h"

namespace penjing::kernels {

extern const FloatKernels kAvx2Float;

}  // namespace penjing::kernels
