#include <array>
#include <cstddef>
#include <cstdlib>

#include "kernel_sets.h"
#include "penjing/kernels/cpu_features.h"
#include "penjing/kernels/kernel_set.h"

namespace penjing::kernels {
namespace {

struct SupportedSets {
    std::array<const KernelSet*, 5> sets{};
    std::size_t count = 0;

    void add(const KernelSet& set) { sets[count++] = &set; }
};

#if defined(PENJING_X86_KERNELS)
KernelSet withTables(KernelSet set, const TableKernels& tables) {
    set.tables = &tables;
    return set;
}
#endif

SupportedSets collectSupportedSets() {
    SupportedSets supported;
#if defined(PENJING_X86_KERNELS)
    const CpuFeatures& cpu = cpuFeatures();
    const bool avx2 = cpu.avx2 && cpu.fma && cpu.f16c;
    const bool avx512 = avx2 && cpu.avx512f && cpu.avx512bw && cpu.avx512dq && cpu.avx512vl && cpu.avx512vnni;
    // A set has the same name and results with and without tables.
    static const KernelSet bf16WithTables = withTables(kAvx512Bf16Set, kAvx512VbmiTables);
    static const KernelSet avx512WithTables = withTables(kAvx512Set, kAvx512VbmiTables);
    if (avx512 && cpu.avx512bf16) {
        supported.add(cpu.avx512vbmi ? bf16WithTables : kAvx512Bf16Set);
    }
    if (avx512) {
        supported.add(cpu.avx512vbmi ? avx512WithTables : kAvx512Set);
    }
    if (avx2 && cpu.avxvnni) {
        supported.add(kAvxVnniSet);
    }
    if (avx2) {
        supported.add(kAvx2Set);
    }
#endif
    supported.add(kScalarSet);
    return supported;
}

}  // namespace

std::span<const KernelSet* const> supportedKernelSets() {
    static const SupportedSets supported = collectSupportedSets();
    return {supported.sets.data(), supported.count};
}

const KernelSet* findKernelSet(std::string_view name) {
    for (const KernelSet* set : supportedKernelSets()) {
        if (set->name == name) {
            return set;
        }
    }
    return nullptr;
}

std::string_view requestedKernelSet() {
    const char* value = std::getenv("PENJING_KERNELS");
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

const KernelSet& bestKernelSet() {
    const KernelSet* requested = findKernelSet(requestedKernelSet());
    return requested != nullptr ? *requested : *supportedKernelSets().front();
}

}  // namespace penjing::kernels
