#include "avx512/linear_kernels.h"
#include "avx512bf16/linear_kernels.h"

namespace penjing::kernels {
namespace {

// Twelve independent sums of 32 products each.
double spinBFloat16(int rounds) {
    const double operations = 2.0 * 12 * 32 * rounds;
    asm volatile(
        ".p2align 5\n1:\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm0\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm1\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm2\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm3\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm4\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm5\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm6\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm7\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm8\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm9\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm10\n\t"
        "vdpbf16ps %%zmm12, %%zmm12, %%zmm11\n\t"
        "sub $1, %[rounds]\n\t"
        "jg 1b\n\t"
        : [rounds] "+r"(rounds)
        :
        : "zmm0", "zmm1", "zmm2", "zmm3", "zmm4", "zmm5", "zmm6", "zmm7", "zmm8", "zmm9", "zmm10", "zmm11", "zmm12",
          "cc");
    return operations;
}

}  // namespace

constinit const LinearKernels kAvx512Bf16Linear{
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
    .spinBFloat16 = spinBFloat16,
};

}  // namespace penjing::kernels
