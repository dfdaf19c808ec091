#include "scalar/linear_kernels.h"

namespace penjing::kernels::scalar {

// Independent integer multiply-adds; volatile factors keep the compiler from solving the sums.
double spinInt8(int rounds) {
    constexpr int kSums = 16;
    volatile std::int32_t factor = 3;
    std::int32_t sums[kSums] = {};
    for (int i = 0; i < rounds; ++i) {
        const std::int32_t x = factor & 1;
        for (std::int32_t& sum : sums) {
            sum = (sum + 1) * x;
        }
    }
    std::int32_t total = 0;
    for (const std::int32_t sum : sums) {
        total += sum;
    }
    factor = total;
    return 2.0 * kSums * rounds;
}

}  // namespace penjing::kernels::scalar
