#include <gtest/gtest.h>

#include <cstdlib>
#include <set>
#include <string>

#include "penjing/kernels/cpu_features.h"
#include "penjing/kernels/kernel_set.h"
#include "penjing/kernels/linear.h"
#include "penjing/kernels/tables.h"

namespace penjing::kernels {
namespace {

// Sets PENJING_KERNELS for a scope.
class ForcedKernels {
public:
    explicit ForcedKernels(const char* value) {
        if (const char* before = std::getenv("PENJING_KERNELS"))
            before_ = before;
        if (value == nullptr)
            unsetenv("PENJING_KERNELS");
        else
            setenv("PENJING_KERNELS", value, 1);
    }
    ~ForcedKernels() {
        if (before_.empty())
            unsetenv("PENJING_KERNELS");
        else
            setenv("PENJING_KERNELS", before_.c_str(), 1);
    }

private:
    std::string before_;
};

TEST(Dispatch, ScalarIsAlwaysThereAndLast) {
    ASSERT_FALSE(supportedKernelSets().empty());
    EXPECT_EQ(supportedKernelSets().back()->name, "scalar");
}

TEST(Dispatch, SetsAreWholeAndHaveNames) {
    std::set<std::string> names;
    for (const KernelSet* set : supportedKernelSets()) {
        EXPECT_TRUE(names.insert(std::string(set->name)).second) << set->name;
        EXPECT_FALSE(set->description.empty());
        ASSERT_NE(set->linear, nullptr);
        ASSERT_NE(set->floats, nullptr);
        const LinearKernels& linear = *set->linear;
        EXPECT_TRUE(linear.quantize && linear.decode && linear.multiply && linear.store && linear.decodeDense &&
                    linear.multiplyDense && linear.dotDense);
        EXPECT_GE(linear.rowBlock, 1);
        EXPECT_LE(linear.rowBlock, kMaxRowBlock);
        EXPECT_LE(linear.denseRowBlock, kMaxRowBlock);
        EXPECT_EQ(findKernelSet(set->name), set);
    }
}

// A forced set is the one whose functions run: its name, and functions that are not those of any other instruction set
// (avx512bf16 shares the linears of avx512 on purpose, and avxvnni the floats of avx2).
TEST(Dispatch, EnvironmentForcesASet) {
    for (const KernelSet* set : supportedKernelSets()) {
        const ForcedKernels forced(std::string(set->name).c_str());
        EXPECT_EQ(requestedKernelSet(), set->name);
        const KernelSet& best = bestKernelSet();
        EXPECT_EQ(best.name, set->name);
        for (const KernelSet* other : supportedKernelSets()) {
            if (other == set)
                continue;
            const bool sharedFloats = best.name.starts_with("avx") && other->name.starts_with("avx") &&
                                      !best.name.starts_with("avx512") && !other->name.starts_with("avx512");
            EXPECT_EQ(best.floats == other->floats, sharedFloats) << set->name << " and " << other->name;
            const bool shared = best.name.starts_with("avx512") && other->name.starts_with("avx512");
            EXPECT_EQ(best.linear->multiply == other->linear->multiply, shared) << set->name << " and " << other->name;
        }
    }
}

// Lookups are an addition to the sets of AVX-512, not sets of their own: names and results are the same without.
TEST(Dispatch, LookupsComeWithVbmi) {
    for (const KernelSet* set : supportedKernelSets()) {
        const bool expected = cpuFeatures().avx512vbmi && set->name.starts_with("avx512");
        ASSERT_EQ(set->tables != nullptr, expected) << set->name;
        if (expected) {
            EXPECT_EQ(set->tables->rowBlock, set->linear->rowBlock) << set->name;
        }
    }
}

TEST(Dispatch, WithoutTheVariableTheFirstIsBest) {
    const ForcedKernels forced(nullptr);
    EXPECT_TRUE(requestedKernelSet().empty());
    EXPECT_EQ(&bestKernelSet(), supportedKernelSets().front());
}

TEST(Dispatch, UnknownNamesAreNotFound) {
    EXPECT_EQ(findKernelSet(""), nullptr);
    EXPECT_EQ(findKernelSet("AVX2"), nullptr);
    EXPECT_EQ(findKernelSet("sse9"), nullptr);
    const ForcedKernels forced("sse9");
    EXPECT_EQ(requestedKernelSet(), "sse9");
    EXPECT_EQ(findKernelSet(requestedKernelSet()), nullptr);
}

#if defined(__x86_64__) && (defined(__GNUC__) || defined(__clang__)) && !defined(PENJING_SCALAR_ONLY)
// The compiler's own detection as a second opinion. A build of the scalar kernels alone does not look.
TEST(Dispatch, FeaturesAgreeWithTheCompilerRuntime) {
    const CpuFeatures& cpu = cpuFeatures();
    EXPECT_EQ(cpu.avx2, __builtin_cpu_supports("avx2") != 0);
    EXPECT_EQ(cpu.fma, __builtin_cpu_supports("fma") != 0);
    EXPECT_EQ(cpu.avxvnni, __builtin_cpu_supports("avxvnni") != 0);
    EXPECT_EQ(cpu.avx512f, __builtin_cpu_supports("avx512f") != 0);
    EXPECT_EQ(cpu.avx512bw, __builtin_cpu_supports("avx512bw") != 0);
    EXPECT_EQ(cpu.avx512dq, __builtin_cpu_supports("avx512dq") != 0);
    EXPECT_EQ(cpu.avx512vl, __builtin_cpu_supports("avx512vl") != 0);
    EXPECT_EQ(cpu.avx512vnni, __builtin_cpu_supports("avx512vnni") != 0);
    EXPECT_EQ(cpu.avx512vbmi, __builtin_cpu_supports("avx512vbmi") != 0);
}
#endif

}  // namespace
}  // namespace penjing::kernels
