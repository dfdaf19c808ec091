#pragma once

#include "floats/attention.h"
#include "floats/convolution.h"
#include "floats/elementwise.h"
#include "floats/norms.h"
#include "floats/pattern.h"
#include "floats/peak.h"
#include "penjing/kernels/float.h"

namespace penjing::kernels {

// All float kernels for one vector struct. Instantiated once per instruction set, in a file compiled for it.
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
    table.patternSums = Pattern<S>::sums;
    table.patternAffine = Pattern<S>::affine;
    table.packKeys = Attention<S>::packKeys;
    table.packValues = Attention<S>::packValues;
    table.attend = Attention<S>::attend;
    table.convColumnStep = Convolution<S>::kColumnStep;
    table.packConvWindow = Convolution<S>::packWindow;
    table.packConvChannels = Convolution<S>::packChannels;
    table.convTile = Convolution<S>::run;
    table.spinMultiplyAdd = Peak<S>::spin;
    return table;
}

}  // namespace penjing::kernels
