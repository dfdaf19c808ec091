#include "cpu/cpu_ops.h"

#include <utility>

#include "cpu/cpu_ops_impl.h"

namespace penjing {

std::unique_ptr<Ops> makeCpuOps(const kernels::KernelSet& kernels, int threads, std::stop_token stop) {
    return std::make_unique<CpuOps>(kernels, threads, std::move(stop));
}

}  // namespace penjing
