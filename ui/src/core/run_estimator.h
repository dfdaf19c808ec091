#pragma once

#include <optional>

#include "core/drawing_engine.h"
#include "core/measurements.h"
#include "core/run_estimate.h"

namespace penjing::studio {

// The numbers that a request leaves to the model, filled in.
GenerateRequest completed(GenerateRequest request, const ModelInfo& model);
// 2 with guidance, which needs a second pass for the empty prompt.
int passesPerStep(double guidance);

// Times of a complete request: from measured runs, else worked out from the machine's speed and the model's size.
RunEstimate estimateTimes(const GenerateRequest& request, const ModelInfo& model,
                          const std::optional<RunTimes>& measured, const MachineSpeed& machine);

// Memory of a complete request, and, if it does not fit, which size would. Errors: those of check and plan.
Status estimateMemory(DrawingEngine& engine, const GenerateRequest& request, const ModelInfo& model,
                      RunEstimate& estimate);

}  // namespace penjing::studio
