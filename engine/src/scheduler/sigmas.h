#pragma once

#include <vector>

#include "pack/model_config.h"

namespace penjing {

// The sampler's noise levels: steps + 1 values from 1 down to 0, the last one exactly 0. The base grid is
// 1 - i / steps; `config` says how it is shifted (docs/formats/pack.md). imageTokens matters for FLUX.2's empirical mu
// only; text tokens are not counted. steps >= 1.
std::vector<float> sigmaSchedule(const SchedulerConfig& config, int steps, int imageTokens);

// FLUX.2's empirical shift exponent for a picture of `imageTokens` tokens drawn in `steps` steps.
double flux2EmpiricalMu(int imageTokens, int steps);

}  // namespace penjing
