#include "avx2/linear_kernels.h"

namespace penjing::kernels::avx2 {

// Twelve independent 16-bit sums of 32 products each: a multiplication and an addition, what ternary codes need.
double spinInt8(int rounds) {
    const double operations = 2.0 * 12 * 32 * rounds;
    asm volatile(
        ".p2align 5\n1:\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm0, %%ymm0\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm1, %%ymm1\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm2, %%ymm2\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm3, %%ymm3\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm4, %%ymm4\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm5, %%ymm5\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm6, %%ymm6\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm7, %%ymm7\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm8, %%ymm8\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm9, %%ymm9\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm10, %%ymm10\n\t"
        "vpmaddubsw %%ymm12, %%ymm12, %%ymm13\n\t"
        "vpaddw %%ymm13, %%ymm11, %%ymm11\n\t"
        "sub $1, %[rounds]\n\t"
        "jg 1b\n\t"
        : [rounds] "+r"(rounds)
        :
        : "ymm0", "ymm1", "ymm2", "ymm3", "ymm4", "ymm5", "ymm6", "ymm7", "ymm8", "ymm9", "ymm10", "ymm11", "ymm12",
          "ymm13", "cc");
    return operations;
}

}  // namespace penjing::kernels::avx2
