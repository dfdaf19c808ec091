#include "avx512/linear_kernels.h"

namespace penjing::kernels {

constinit const LinearKernels kAvx512Linear{
    .rowBlock = avx512::kRowBlock,
    .denseRowBlock = avx512::kRowBlock,
    .quantize = avx512::quantize,
    .decode = avx512::decode,
    .multiply = avx512::multiply,
    .store = avx512::store,
    .decodeDense = avx512::decodeDense,
    .multiplyDense = avx512::multiplyDense,
    .dotDense = avx512::dotDense,
    .spinInt8 = avx512::spinInt8,
    .spinBFloat16 = nullptr,
};

}  // namespace penjing::kernels
