// The texts of a picture, and the grammar that other programs write them in.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "image/infotext.h"
#include "image/recipe_json.h"
#include "penjing/image.h"

namespace {

void abortUnlessSane(const penjing::Recipe& recipe) {
    if (recipe.width < 0 || recipe.height < 0 || recipe.steps < 0 || !(recipe.guidance >= 0.0))
        std::abort();
    if (recipe.variation && !(recipe.variation->strength >= 0.0 && recipe.variation->strength <= 1.0))
        std::abort();
    if (recipe.stoppedAfter != 0 && (recipe.stoppedAfter < 0 || recipe.stoppedAfter >= recipe.steps))
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto fromPng = penjing::readRecipe(data, size);
    if (fromPng && *fromPng)
        abortUnlessSane(**fromPng);

    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const penjing::Recipe recipe = penjing::parseInfotext(text);
    abortUnlessSane(recipe);
    // What we write we must read, whatever the prompt says.
    const penjing::Recipe again = penjing::parseInfotext(penjing::writeInfotext(recipe));
    if (again.seed != recipe.seed || again.steps != (recipe.steps > 0 ? recipe.steps : 0) ||
        again.variation != recipe.variation || again.stoppedAfter != recipe.stoppedAfter)
        std::abort();
    if (const auto own = penjing::recipeFromJson(text))
        abortUnlessSane(*own);
    return 0;
}
