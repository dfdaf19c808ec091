#pragma once

#include <vector>

#include "ops/ops.h"
#include "pack/pack.h"
#include "penjing/image.h"

namespace penjing::test {

// The stages of a picture one by one, for comparing with golden vectors. `pack` is borrowed; failures throw.
struct GraphStages {
    const Pack& pack;
    Ops& ops;
    int gridWidth = 0, gridHeight = 0;
    Precision precision = Precision::Int15;

    int tokens() const { return gridWidth * gridHeight; }

    // [ids, conditioning width]
    std::vector<float> conditioning(const std::vector<int>& ids, int realTokens) const;
    // [tokens, channels] for `text` [textTokens, conditioning width]
    std::vector<float> velocity(const std::vector<float>& latents, const std::vector<float>& text, float sigma) const;
    // The residual stream [text + image, D] behind every block, double ones first.
    std::vector<std::vector<float>> blocks(const std::vector<float>& latents, const std::vector<float>& text,
                                           float sigma) const;
    // Latents after every step from noise on, back to back.
    std::vector<float> trajectory(const std::vector<float>& noise, const std::vector<float>& text, int steps) const;
    // [H, W, 3], about -1 to 1
    std::vector<float> picture(const std::vector<float>& latents) const;
};

}  // namespace penjing::test
