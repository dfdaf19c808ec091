#pragma once

#include <array>
#include <vector>

#include "ops/ops.h"

namespace penjing {

// Owner of a rotary table: cos and sin of every position's angles, [positions, pairs] each.
class RopeTables {
public:
    RopeTables(int positions, int pairs);

    RopeTable view() const { return {cos_.data(), sin_.data(), positions_, pairs_}; }
    void set(int position, int pair, double angle);

private:
    int positions_;
    int pairs_;
    std::vector<float> cos_;
    std::vector<float> sin_;
};

// Qwen3: pair j of position p turns by p·theta^(-2j / headDim).
RopeTables positionRope(int positions, int headDim, double theta);

// FLUX.2: every token has four coordinates (T, H, W, L); axis a contributes axesDims[a] / 2 pairs, concatenated in that
// order, the k-th of which turns by id[a]·theta^(-2k / axesDims[a]). Text token j is (0, 0, 0, j), image token (h, w)
// is (0, h, w, 0). Text first. Angles are computed in double as the reference does.
RopeTables textImageRope(int textTokens, int gridHeight, int gridWidth, const std::array<int, 4>& axesDims,
                         double theta);

}  // namespace penjing
