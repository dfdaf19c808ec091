// flux2.c keeps the seed and the model, nothing else.
#include "image/foreign/readers.h"
#include "image/foreign/recipe_draft.h"

namespace penjing {

std::optional<ForeignRecipe> readFlux2C(const PngTexts& texts) {
    const std::string* seed = findText(texts, "flux:seed");
    if (!seed)
        return std::nullopt;
    RecipeDraft draft("flux2.c");
    draft.setSeed(*seed);
    if (const std::string* model = findText(texts, "flux:model"))
        draft.setModel(*model);
    if (!draft.isUseful())
        return std::nullopt;
    return draft.recipe();
}

}  // namespace penjing
