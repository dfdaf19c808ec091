#include "avx512/linear_kernels.h"

namespace penjing::kernels::avx512 {

// Twelve independent sums of 64 products each: more than latency times ports of any processor so far.
double spinInt8(int rounds) {
    const double operations = 2.0 * 12 * 64 * rounds;
    asm volatile(
        ".p2align 5\n1:\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm0\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm1\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm2\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm3\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm4\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm5\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm6\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm7\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm8\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm9\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm10\n\t"
        "vpdpbusd %%zmm12, %%zmm12, %%zmm11\n\t"
        "sub $1, %[rounds]\n\t"
        "jg 1b\n\t"
        : [rounds] "+r"(rounds)
        :
        : "zmm0", "zmm1", "zmm2", "zmm3", "zmm4", "zmm5", "zmm6", "zmm7", "zmm8", "zmm9", "zmm10", "zmm11", "zmm12",
          "cc");
    return operations;
}

}  // namespace penjing::kernels::avx512
