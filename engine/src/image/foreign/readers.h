#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "image/png_text.h"
#include "penjing/foreign_recipe.h"

namespace penjing {

using PngTexts = std::vector<PngText>;

// One reader per program; docs/formats/png.md lists where each keeps what. Nothing: this is not its grammar, or it
// holds nothing to draw from.

// The `parameters` text of AUTOMATIC1111 and everything that writes like it, stable-diffusion.cpp and Fooocus among
// them. Without a line of settings it is all prompt.
ForeignRecipe readInfotext(std::string_view parameters);
bool hasSettings(std::string_view parameters);

std::optional<ForeignRecipe> readSdcpp(const nlohmann::json& document);
std::optional<ForeignRecipe> readSwarmUi(const nlohmann::json& document);
std::optional<ForeignRecipe> readFooocus(const nlohmann::json& document);
std::optional<ForeignRecipe> readInvokeAi(const PngTexts& texts);
std::optional<ForeignRecipe> readComfyUi(const PngTexts& texts);
std::optional<ForeignRecipe> readDrawThings(const PngTexts& texts);
std::optional<ForeignRecipe> readFlux2C(const PngTexts& texts);

// Everything above and our own chunk, in the order of docs/formats/png.md (fuzzed).
std::optional<ForeignRecipe> foreignRecipeOf(const PngTexts& texts);

}  // namespace penjing
