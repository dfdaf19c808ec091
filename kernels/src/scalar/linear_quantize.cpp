#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "linear_layout.h"
#include "scalar/linear_kernels.h"

namespace penjing::kernels::scalar {
namespace {

// Round half to even without <cmath>: valid for |x| < 2^22 in the default rounding mode, and not disturbed by
// contraction because there is no multiplication in it.
int roundHalfEven(float x) {
    constexpr float kMagic = 0x1.8p23f;
    return static_cast<int>((x + kMagic) - kMagic);
}

struct GroupScale {
    float scale = 0.0f;    // of the codes; NaN where the group is not finite
    float inverse = 0.0f;  // codes = round(x · inverse); 0: all codes are zero
};

// absmax is taken over the bit patterns, whose order as integers is that of the magnitudes with Inf and NaN on top: one
// comparison at the end finds both.
GroupScale groupScale(const float* x, float codeMax) {
    std::uint32_t absmaxBits = 0;
    for (int i = 0; i < kGroupSize; ++i) {
        absmaxBits = std::max(absmaxBits, std::bit_cast<std::uint32_t>(x[i]) & 0x7fffffffu);
    }
    if (absmaxBits >= kInfinityBits) {
        return {.scale = std::numeric_limits<float>::quiet_NaN()};
    }
    const float absmax = std::bit_cast<float>(absmaxBits);
    if (absmax < kSmallestAbsmax) {
        return {};
    }
    return {.scale = absmax / codeMax, .inverse = codeMax / absmax};
}

template <int Planes>
void quantizeRow(const float* x, float codeMax, int row, std::byte* group) {
    using Layout = GroupLayout<kRowBlock, Planes>;
    const GroupScale scale = groupScale(x, codeMax);
    int halfSums[2] = {0, 0};
    for (int i = 0; i < kGroupSize; ++i) {
        // The comparison keeps NaN and Inf out of the conversion to int.
        const int code = scale.inverse == 0.0f ? 0 : roundHalfEven(x[i] * scale.inverse);
        halfSums[i / (kGroupSize / 2)] += code;
        const int at = (i / 4) * kRowBlock * 4 + row * 4 + i % 4;
        if constexpr (Planes == 2) {
            const int high = (code + 128) >> 8;
            group[at] = static_cast<std::byte>(high);
            group[Layout::kLowCodes + at] = static_cast<std::byte>(code - 256 * high);
        } else {
            group[at] = static_cast<std::byte>(code);
        }
    }
    const std::int32_t negativeSum = -(halfSums[0] + halfSums[1]);
    std::memcpy(group + Layout::kScales + 4 * row, &scale.scale, 4);
    std::memcpy(group + Layout::kNegativeSums + 4 * row, &negativeSum, 4);
    for (int half = 0; half < 2; ++half) {
        const float scaled = scale.scale * static_cast<float>(halfSums[half]);
        std::memcpy(group + Layout::kHalfSums + 4 * (half * kRowBlock + row), &scaled, 4);
    }
}

template <int Planes>
void quantizeBlock(const float* x, std::ptrdiff_t stride, int rows, int k, float codeMax, std::byte* block) {
    for (int g = 0; g < k / kGroupSize; ++g) {
        std::byte* group = block + static_cast<std::ptrdiff_t>(g) * GroupLayout<kRowBlock, Planes>::kBytes;
        std::memset(group, 0, GroupLayout<kRowBlock, Planes>::kBytes);
        for (int r = 0; r < rows; ++r) {
            quantizeRow<Planes>(x + r * stride + g * kGroupSize, codeMax, r, group);
        }
    }
}

}  // namespace

void quantize(const float* x, std::ptrdiff_t stride, int rows, int k, ActivationBits bits, std::byte* block) {
    const auto quantizeAll = bits == ActivationBits::Int15 ? quantizeBlock<2> : quantizeBlock<1>;
    quantizeAll(x, stride, rows, k, largestCode(bits), block);
}

}  // namespace penjing::kernels::scalar
