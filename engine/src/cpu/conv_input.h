#pragma once

#include <cstddef>

#include "ops/ops.h"
#include "penjing/kernels/float.h"

namespace penjing {

// The normalisation of a convolution's input, ConvArgs::norm, applied to the part of the picture under a window.
struct ConvNorm {
    ConvNorm() = default;
    ConvNorm(const ConvArgs& args, int lanes);

    bool given() const { return period_ > 0; }
    // Floats of the factors, which a call shares, and of the part under a window of that size (each thread's own).
    std::size_t sharedFloats() const;
    std::size_t partFloats(const ConvArgs& args, int rows, int columns) const;

    // Writes the factors into `shared`, sharedFloats() long, which must stay.
    void prepare(const ConvArgs& args, float* shared);
    // `window` itself without a normalisation; else the part of the input under it, normalised into `part`, and a
    // window of that part.
    kernels::ConvWindow apply(const kernels::FloatKernels& floats, const kernels::ConvWindow& window,
                              float* part) const;

private:
    int period_ = 0;                  // of the pattern of factors
    const float* factors_ = nullptr;  // scale, then shift, period_ each
};

// Output channels [first, first + channels) as a panel of `width` for set.packChannels; `rows` has room for
// kConvLanes rows of weights.
void packConvPanel(const kernels::FloatKernels& floats, const kernels::ConvKernels& set, const ConvArgs& args,
                   int first, int channels, int width, float* rows, float* panel);

}  // namespace penjing
