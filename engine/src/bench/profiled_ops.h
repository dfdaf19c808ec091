#pragma once

#include <memory>

#include "ops/ops.h"
#include "penjing/op_profile.h"

namespace penjing {

// `ops`, with the time of every call added to `profile`, which must outlive the result.
std::unique_ptr<Ops> profiled(std::unique_ptr<Ops> ops, OpProfile& profile);

}  // namespace penjing
