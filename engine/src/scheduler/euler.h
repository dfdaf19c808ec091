#pragma once

#include "ops/tensor_view.h"

namespace penjing {

// One Euler step of the flow: x += (sigmaNext - sigma)·velocity, in fp32. Same shapes.
void eulerStep(float sigma, float sigmaNext, ConstMat velocity, Mat x);

// Classifier-free guidance, in place: velocity = unconditional + guidance·(velocity - unconditional). Same shapes.
void applyGuidance(float guidance, ConstMat unconditional, Mat velocity);

}  // namespace penjing
