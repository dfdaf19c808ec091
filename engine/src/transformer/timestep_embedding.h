#pragma once

#include "ops/tensor_view.h"

namespace penjing {

// Sinusoidal embedding of a noise level, written to row 0 of `out` [1, channels]: with tau = 1000·sigma, the cosines of
// tau·10000^(-2i / channels) for i < channels / 2, then the sines.
void timestepEmbedding(float sigma, Mat out);

}  // namespace penjing
