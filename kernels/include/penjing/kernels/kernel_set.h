#pragma once

#include <span>
#include <string_view>

namespace penjing::kernels {

struct LinearKernels;  // linear.h: activation quantisation, panel decoders, GEMM micro-kernels
struct FloatKernels;   // float.h: attention, norms, RoPE, SwiGLU, convolution
struct TableKernels;   // tables.h: products of ternary weights by table lookup

// One instruction set's implementation of every kernel. The objects are constants with static storage, so they may be
// used from any thread.
struct KernelSet {
    std::string_view name;         // "scalar", "avx2", "avxvnni", "avx512" (VNNI), "avx512bf16"; stable, shown to users
    std::string_view description;  // one line for `penjing info`
    const LinearKernels* linear;   // never null
    const FloatKernels* floats;    // never null
    const TableKernels* tables{};  // to the bit the Int7 products of `linear`, faster; null without such an instruction
};

// The sets this processor and operating system can run, best first; "scalar" is always the last.
std::span<const KernelSet* const> supportedKernelSets();

// The set called `name`, or null if it does not exist here or the processor cannot run it.
const KernelSet* findKernelSet(std::string_view name);

// The value of the environment variable PENJING_KERNELS; empty if it is not set.
std::string_view requestedKernelSet();

// The set that PENJING_KERNELS names, or the best supported one if the variable is not set. A caller that runs anything
// must first report a requestedKernelSet() that findKernelSet does not know: a typing error must not pick another set.
const KernelSet& bestKernelSet();

}  // namespace penjing::kernels
