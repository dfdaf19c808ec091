#pragma once

#include <string>

#include "penjing/foreign_recipe.h"
#include "penjing/image.h"
#include "penjing/model.h"

namespace penjing::cli {

// What `penjing info` prints about a model and about a picture's recipe; several lines, each ended.
std::string describe(const ModelInfo& info);
std::string describe(const Recipe& recipe);
std::string describe(const ForeignRecipe& recipe);

// "16", or "6 of 16" of a picture that was ended early.
std::string stepsText(const Recipe& recipe);
// "seed 5, strength 0.2".
std::string variationText(const Variation& variation);

}  // namespace penjing::cli
