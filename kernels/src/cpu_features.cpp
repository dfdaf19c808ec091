#include "penjing/kernels/cpu_features.h"

#if defined(PENJING_X86_KERNELS)
#include <cpuid.h>

#include <cstdint>
#endif

namespace penjing::kernels {
namespace {

#if defined(PENJING_X86_KERNELS)

struct CpuidLeaf {
    unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
};

// Zeros where the processor does not have the leaf.
CpuidLeaf cpuid(unsigned leaf, unsigned subleaf) {
    CpuidLeaf result;
    __get_cpuid_count(leaf, subleaf, &result.eax, &result.ebx, &result.ecx, &result.edx);
    return result;
}

constexpr bool bit(unsigned word, int index) {
    return (word >> index & 1u) != 0;
}

// XCR0: which register states the operating system saves. Only callable if OSXSAVE is set.
std::uint64_t readXcr0() {
    std::uint32_t low = 0;
    std::uint32_t high = 0;
    asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (static_cast<std::uint64_t>(high) << 32) | low;
}

// Bit numbers: Intel SDM volume 2A, CPUID; volume 1, 13.3 for XCR0.
CpuFeatures detect() {
    CpuFeatures features;
    const CpuidLeaf leaf1 = cpuid(1, 0);
    if (!bit(leaf1.ecx, 27)) {  // OSXSAVE
        return features;
    }
    const std::uint64_t saved = readXcr0();
    constexpr std::uint64_t kYmm = 0x06;  // SSE and AVX state
    constexpr std::uint64_t kZmm = 0xe6;  // and opmask, upper halves of zmm0–15, zmm16–31
    const CpuidLeaf leaf7 = cpuid(7, 0);
    if ((saved & kYmm) == kYmm && bit(leaf1.ecx, 28)) {  // AVX
        features.avx2 = bit(leaf7.ebx, 5);
        features.fma = bit(leaf1.ecx, 12);
        features.f16c = bit(leaf1.ecx, 29);
        features.avxvnni = bit(cpuid(7, 1).eax, 4);
    }
    if ((saved & kZmm) == kZmm && bit(leaf7.ebx, 16)) {
        features.avx512f = true;
        features.avx512dq = bit(leaf7.ebx, 17);
        features.avx512bw = bit(leaf7.ebx, 30);
        features.avx512vl = bit(leaf7.ebx, 31);
        features.avx512vbmi = bit(leaf7.ecx, 1);
        features.avx512vnni = bit(leaf7.ecx, 11);
        features.avx512bf16 = bit(cpuid(7, 1).eax, 5);
    }
    return features;
}

#else

CpuFeatures detect() {
    return {};
}

#endif

}  // namespace

const CpuFeatures& cpuFeatures() {
    static const CpuFeatures features = detect();
    return features;
}

}  // namespace penjing::kernels
