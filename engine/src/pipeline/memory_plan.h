#pragma once

#include "pack/pack.h"
#include "penjing/pipeline.h"
#include "pipeline/drawing.h"

namespace penjing {

// What a run needs besides the picture's size.
struct PlanSettings {
    int threads = 1;
    Precision precision = Precision::Int8;
    bool tables = false;          // the kernels have lookups for Int7
    std::uint64_t available = 0;  // bytes
};

// The three phases follow each other and give their memory back, so the plan is that of the hungriest one.
MemoryPlan planMemory(const Pack& pack, const Drawing& drawing, const PlanSettings& settings);

// The error for a plan that does not fit; names the largest size of about the same shape that would, if there is one.
Error doesNotFit(const Pack& pack, const Drawing& drawing, const PlanSettings& settings, const MemoryPlan& plan);

}  // namespace penjing
