#pragma once

#include <memory>

#include "ops/ops.h"
#include "penjing/kernels/kernel_set.h"
#include "penjing/op_profile.h"

namespace penjing {

// `ops` of the kernels `set` on so many threads, with the time of every call added to `profile`, which must outlive the
// result; now and then a few milliseconds go into measuring what the machine could do.
std::unique_ptr<Ops> profiled(std::unique_ptr<Ops> ops, const kernels::KernelSet& set, int threads, OpProfile& profile);

}  // namespace penjing
