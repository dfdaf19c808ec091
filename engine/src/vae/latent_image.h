#pragma once

#include "ops/tensor_view.h"
#include "pack/model_config.h"

namespace penjing {

// Tokens to latent picture: undoes the normalisation (z·sqrt(variance + eps) + mean, per patched channel) and unfolds
// the patches. tokens: [gridHeight·gridWidth, patchedChannels], channel c·patch² + pi·patch + pj of token (h, w) is
// latent channel c at row h·patch + pi, column w·patch + pj. image: [gridHeight·patch, gridWidth·patch,
// latentChannels].
void unpackLatents(const VaeConfig& config, const float* mean, const float* variance, ConstMat tokens, int gridWidth,
                   const Image2d& image);

}  // namespace penjing
