#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "penjing/image.h"

namespace penjing {

// The chunk `penjing:recipe` (docs/formats/png.md). The seed is a string, because JSON readers lose 64-bit integers.
std::string recipeToJson(const Recipe& recipe);

// Nothing if it is not such a document or a value is out of range.
std::optional<Recipe> recipeFromJson(std::string_view text);

}  // namespace penjing
