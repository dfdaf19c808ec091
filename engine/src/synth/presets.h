#pragma once

#include <string>

#include "ops/tensor_view.h"
#include "pack/model_config.h"
#include "penjing/synth.h"

namespace penjing {

struct SynthRecipe {
    std::string name;
    ModelConfig config;
    WeightFormat textLinears{};
    WeightFormat embedding{};
    WeightFormat dense{};  // where the inputs are a multiple of 128, else bf16
};

SynthRecipe synthRecipe(SynthPreset preset);

}  // namespace penjing
