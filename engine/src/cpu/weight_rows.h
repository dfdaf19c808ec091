#pragma once

#include "ops/tensor_view.h"
#include "penjing/kernels/float.h"

namespace penjing {

// Row `row` (0..n − 1) of a weight matrix as k floats, whatever its format (docs/formats/pack.md). For tables and small
// panels: the matrix products have decoders of their own. Any thread.
void decodeWeightRow(const kernels::FloatKernels& kernels, const Weight& weight, int row, float* out);

}  // namespace penjing
