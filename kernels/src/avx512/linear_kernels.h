#pragma once

#include "penjing/kernels/linear.h"

// Linears with 512-bit VNNI dot products.
namespace penjing::kernels {

extern const LinearKernels kAvx512Linear;

}  // namespace penjing::kernels

namespace penjing::kernels::avx512 {

// 12 rows × 32 channels: 24 accumulators, two weight vectors and the rest of the 32 registers for broadcasts.
inline constexpr int kRowBlock = 12;

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

}  // namespace penjing::kernels::avx512
