#include "scalar/linear_kernels.h"

namespace penjing::kernels {

constinit const LinearKernels kScalarLinear{
    .rowBlock = scalar::kRowBlock,
    .denseRowBlock = scalar::kRowBlock,
    .quantize = scalar::quantize,
    .decode = scalar::decode,
    .multiply = scalar::multiply,
    .store = scalar::store,
    .decodeDense = scalar::decodeDense,
    .multiplyDense = scalar::multiplyDense,
    .dotDense = scalar::dotDense,
    .spinInt8 = scalar::spinInt8,
    .spinBFloat16 = nullptr,
};

}  // namespace penjing::kernels
