#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "penjing/foreign_recipe.h"
#include "png_chunks.h"

namespace penjing::test {

inline std::optional<ForeignRecipe> foreignIn(const std::vector<std::string>& chunks) {
    const FileBytes file = pngWith(chunks);
    const auto recipe = readForeignRecipe(file.data(), file.size());
    EXPECT_TRUE(recipe.ok());
    return recipe.ok() ? *recipe : std::nullopt;
}

// Of a text chunk; fails the test where nothing is understood.
inline ForeignRecipe readText(const std::string& keyword, const std::string& text) {
    const auto recipe = foreignIn({textChunk(keyword, text)});
    EXPECT_TRUE(recipe.has_value()) << text.substr(0, 200);
    return recipe.value_or(ForeignRecipe{});
}

using Names = std::vector<std::string>;

}  // namespace penjing::test
