#pragma once

#include "attention_support.h"
#include "emulated/bf16_kernels.h"
#include "float_support.h"

namespace penjing::kernels::test {

// Half a unit in the last place of a bfloat16 (8 significant bits), relative.
inline constexpr double kBf16Rounding = 0x1p-8;

// To nearest, ties to even, 8 significant bits; subnormals become zero.
inline float roundedToBf16(float x) {
    if (std::abs(x) < std::numeric_limits<float>::min())
        return 0.0f;
    int exponent = 0;
    const double fraction = std::frexp(static_cast<double>(x), &exponent);
    return static_cast<float>(std::ldexp(std::nearbyint(fraction * 256.0), exponent - 8));
}

struct Bf16Set {
    std::string name;
    const FloatKernels* floats;
    const LinearKernels* linear;
};
inline void PrintTo(const Bf16Set& set, std::ostream* out) {
    *out << set.name;
}

// The emulated instructions where the processor has AVX-512, the real ones where it has those too.
inline std::vector<Bf16Set> bf16Sets() {
    std::vector<Bf16Set> sets;
    for (const KernelSet* set : supportedKernelSets()) {
        if (set->floats->bf16Conv != nullptr)
            sets.push_back({std::string(set->name), set->floats, set->linear});
        if (set->name == "avx512")
            sets.push_back({"emulated", &kEmulatedBf16Floats, set->linear});
    }
    return sets;
}

class EveryBf16Set : public testing::TestWithParam<Bf16Set> {
protected:
    int lanes() const { return GetParam().floats->lanes; }
    const AttentionKernels& attention() const { return *GetParam().floats->pairAttention; }
    const ConvKernels& conv() const { return *GetParam().floats->bf16Conv; }
};

inline std::string bf16SetName(const testing::TestParamInfo<Bf16Set>& info) {
    return info.param.name;
}

}  // namespace penjing::kernels::test
