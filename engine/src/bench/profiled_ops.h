#pragma once

#include <memory>

#include "ops/ops.h"
#include "penjing/kernels/float.h"
#include "penjing/op_profile.h"

namespace penjing {

// `ops` of the kernels `floats`, with the time of every call added to `profile`; both must outlive the result.
std::unique_ptr<Ops> profiled(std::unique_ptr<Ops> ops, const kernels::FloatKernels& floats, OpProfile& profile);

}  // namespace penjing
