#pragma once

#include <cstddef>
#include <vector>

#include "ops/ops.h"
#include "pack/model_config.h"
#include "transformer/transformer_weights.h"

namespace penjing {

// Modulation of one sub-block: LN(x)·(1 + scale) + shift goes in, gate scales what comes out. [D] each.
struct ModulationSet {
    const float* shift = nullptr;
    const float* scale = nullptr;
    const float* gate = nullptr;
};

// What a noise level does to every block: blocks of a kind share their vectors. Depends on sigma only.
class Modulation {
public:
    // Errors: those of `ops`.
    static Result<Modulation> compute(Ops& ops, const TransformerWeights& weights, const TransformerConfig& config,
                                      float sigma, Precision precision);

    ModulationSet imageAttention() const { return set(0); }
    ModulationSet imageFeed() const { return set(3); }
    ModulationSet textAttention() const { return set(6); }
    ModulationSet textFeed() const { return set(9); }
    ModulationSet single() const { return set(12); }
    // diffusers stores the final layer's scale before its shift, unlike all the other sets.
    const float* finalScale() const { return vector(15); }
    const float* finalShift() const { return vector(16); }

    static std::size_t floats(const TransformerConfig& config) {
        return kVectors * static_cast<std::size_t>(config.hidden());
    }

private:
    static constexpr std::size_t kVectors = 17;

    explicit Modulation(int hidden)
        : hidden_(static_cast<std::size_t>(hidden)), values_(kVectors * static_cast<std::size_t>(hidden)) {}
    const float* vector(std::size_t index) const { return values_.data() + index * hidden_; }
    ModulationSet set(std::size_t first) const { return {vector(first), vector(first + 1), vector(first + 2)}; }
    Mat rows(std::size_t first, std::size_t count);

    std::size_t hidden_;
    std::vector<float> values_;
};

}  // namespace penjing
