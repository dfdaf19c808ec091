#include "scheduler/euler.h"

namespace penjing {

void eulerStep(float sigma, float sigmaNext, ConstMat velocity, Mat x) {
    const float delta = sigmaNext - sigma;
    for (int r = 0; r < x.rows; ++r)
        for (int c = 0; c < x.cols; ++c) x.row(r)[c] += delta * velocity.row(r)[c];
}

void predictClean(float sigma, ConstMat velocity, Mat x) {
    for (int r = 0; r < x.rows; ++r)
        for (int c = 0; c < x.cols; ++c) x.row(r)[c] -= sigma * velocity.row(r)[c];
}

void applyGuidance(float guidance, ConstMat unconditional, Mat velocity) {
    for (int r = 0; r < velocity.rows; ++r) {
        const float* base = unconditional.row(r);
        float* v = velocity.row(r);
        for (int c = 0; c < velocity.cols; ++c) v[c] = base[c] + guidance * (v[c] - base[c]);
    }
}

}  // namespace penjing
