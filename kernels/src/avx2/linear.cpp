#include "avx2/linear_kernels.h"

namespace penjing::kernels {

constinit const LinearKernels kAvx2Linear{
    .rowBlock = avx2::kRowBlock,
    .denseRowBlock = avx2::kRowBlock,
    .quantize = avx2::quantize,
    .decode = avx2::decode,
    .multiply = avx2::multiply,
    .store = avx2::store,
    .decodeDense = avx2::decodeDense,
    .multiplyDense = avx2::multiplyDense,
    .dotDense = avx2::dotDense,
    .spinInt8 = avx2::spinInt8,
    .spinBFloat16 = nullptr,
};

}  // namespace penjing::kernels
