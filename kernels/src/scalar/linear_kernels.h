#pragma once

#include "penjing/kernels/linear.h"

// The reference implementation: plain loops, written to be read. The other sets must agree with it.
namespace penjing::kernels {

extern const LinearKernels kScalarLinear;

}  // namespace penjing::kernels

namespace penjing::kernels::scalar {

inline constexpr int kRowBlock = 4;

void quantize(const float* x, std::ptrdiff_t stride, int rows, int k, ActivationBits bits, std::byte* block);
void decode(CodeFormat format, const std::byte* tiles, int count, std::byte* panels);
void multiply(const PanelProduct& product);
void store(const float* results, int rows, int channels, const OutputTile& out);
void decodeDense(DenseFormat format, const std::byte* weights, std::ptrdiff_t stride, int channels, int k,
                 float* panel);
void multiplyDense(const float* block, const float* panel, int rows, int k, float* results);
void dotDense(DenseFormat format, const std::byte* weights, int channels, int k, const float* x, std::ptrdiff_t xStride,
              int rows, float* results);
double spinInt8(int rounds);

}  // namespace penjing::kernels::scalar
