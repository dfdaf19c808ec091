#pragma once

#include "ops/tensor_view.h"

namespace penjing {

// One Euler step of the flow: x += (sigmaNext - sigma)·velocity, in fp32. Same shapes.
void eulerStep(float sigma, float sigmaNext, ConstMat velocity, Mat x);

// The clean picture that the flow is heading for, in place: x -= sigma·velocity. A rectified flow moves along a
// straight line from noise (sigma 1) to picture (sigma 0), so this is the line's end (Liu et al. 2022,
// arXiv:2209.03003). sigma is the noise level of x; same shapes.
void predictClean(float sigma, ConstMat velocity, Mat x);

// Classifier-free guidance, in place: velocity = unconditional + guidance·(velocity - unconditional). Same shapes.
void applyGuidance(float guidance, ConstMat unconditional, Mat velocity);

}  // namespace penjing
