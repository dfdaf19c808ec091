#pragma once

#include "penjing/kernels/float.h"

namespace penjing::kernels {

extern const FloatKernels kScalarFloat;

}  // namespace penjing::kernels
