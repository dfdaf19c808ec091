#pragma once

#include "floats/attention.h"
#include "floats/attention_products.h"
#include "floats/convolution.h"
#include "floats/elementwise.h"
#include "floats/norms.h"
#include "floats/pattern.h"
#include "floats/peak.h"
#include "floats/winograd.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// All float kernels for one vector struct, in fp32. Instantiated once per instruction set, in a file compiled for it.
template <class S>
constexpr FloatKernels floatKernelTable() {
    FloatKernels table{};
    table.lanes = S::kLanes;
    table.layerNormModulate = Norms<S>::layerNormModulate;
    table.rmsNorm = Norms<S>::rmsNorm;
    table.headNormRope = Norms<S>::headNormRope;
    table.swiglu = Elementwise<S>::swiglu;
    table.silu = Elementwise<S>::silu;
    table.add = Elementwise<S>::add;
    table.exponential = Elementwise<S>::exponential;
    table.widenBf16 = Elementwise<S>::widenBf16;
    table.widenF16 = Elementwise<S>::widenF16;
    table.narrowF16 = Elementwise<S>::narrowF16;
    table.patternSums = Pattern<S>::sums;
    table.patternAffine = Pattern<S>::affine;
    table.attention = Attention<S, AttentionProducts<S>>::kernels();
    table.conv = Convolution<S>::kernels();
    table.winograd = Winograd<S>::kernels();
    table.spinMultiplyAdd = Peak<S>::spin;
    return table;
}

}  // namespace penjing::kernels
