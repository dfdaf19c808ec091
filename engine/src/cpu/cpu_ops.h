#pragma once

#include <memory>
#include <stop_token>

#include "ops/ops.h"
#include "penjing/kernels/kernel_set.h"

namespace penjing {

// The operations on the CPU: `kernels` does the arithmetic, OpenMP with `threads` threads shares out rows, channel
// blocks and heads. `stop` is looked at per tile or chunk. linear.cpp, attention.cpp, conv.cpp and norms.cpp beside
// this header implement it.
std::unique_ptr<Ops> makeCpuOps(const kernels::KernelSet& kernels, int threads, std::stop_token stop);

}  // namespace penjing
