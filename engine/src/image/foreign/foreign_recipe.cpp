#include "penjing/foreign_recipe.h"

#include <exception>
#include <nlohmann/json.hpp>
#include <span>

#include "image/clean_text.h"
#include "image/foreign/foreign_json.h"
#include "image/foreign/readers.h"
#include "image/foreign/recipe_draft.h"
#include "image/infotext_grammar.h"
#include "image/recipe_json.h"
#include "io/read_file.h"

namespace penjing {
namespace {

constexpr std::size_t kLargestPicture = std::size_t{1} << 30;

std::string exactText(double number) {
    return nlohmann::json(number).dump();
}

std::optional<ForeignRecipe> readOwn(const PngTexts& texts) {
    const std::string* text = findText(texts, "penjing:recipe");
    std::optional<Recipe> own = text ? recipeFromJson(*text) : std::nullopt;
    if (!own)
        return std::nullopt;
    removeControls(*own);
    RecipeDraft draft("Penjing");
    draft.setSeed(std::to_string(own->seed));
    draft.setSteps(std::to_string(own->steps));
    draft.setGuidance(exactText(own->guidance));
    draft.setWidth(std::to_string(own->width));
    draft.setHeight(std::to_string(own->height));
    draft.setModel(own->modelName);
    ForeignRecipe recipe = draft.recipe();
    recipe.prompt = own->prompt;  // tags in it were read as text, so they are text
    recipe.recipe = std::move(own);
    return recipe;
}

// SwarmUI and Fooocus keep JSON where others keep text. A prompt may start with a brace too, so only what is JSON is
// taken for it.
std::optional<ForeignRecipe> readJsonText(const PngTexts& texts, std::string_view keyword) {
    const std::string* text = findText(texts, keyword);
    if (!text || !trimmedText(*text).starts_with('{'))
        return std::nullopt;
    const auto document = parseForeignJson(*text);
    if (!document)
        return std::nullopt;
    auto recipe = readSwarmUi(*document);
    return recipe ? recipe : readFooocus(*document);
}

std::optional<ForeignRecipe> readParameters(const PngTexts& texts, bool settingsWanted) {
    const std::string* text = findText(texts, "parameters");
    if (!text || trimmedText(*text).empty() || hasSettings(*text) != settingsWanted)
        return std::nullopt;
    if (trimmedText(*text).starts_with('{') && parseForeignJson(*text))
        return std::nullopt;
    return readInfotext(*text);
}

}  // namespace

std::optional<ForeignRecipe> foreignRecipeOf(const PngTexts& texts) {
    if (auto recipe = readOwn(texts))
        return recipe;
    for (const std::string_view keyword : {"parameters", "Comment"})
        if (auto recipe = readJsonText(texts, keyword))
            return recipe;
    if (auto recipe = readParameters(texts, true))
        return recipe;
    for (const auto reader : {readInvokeAi, readComfyUi, readDrawThings, readFlux2C})
        if (auto recipe = reader(texts))
            return recipe;
    return readParameters(texts, false);
}

Result<std::optional<ForeignRecipe>> readForeignRecipe(const std::uint8_t* data, std::size_t size) {
    try {
        const Result<std::vector<PngText>> texts = readPngTexts(std::span(data, size));
        if (!texts)
            return texts.error();
        return foreignRecipeOf(*texts);
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, "not enough memory to read the picture's texts"};
    }
}

Result<std::optional<ForeignRecipe>> readForeignRecipe(const std::filesystem::path& path) {
    const Result<std::vector<std::uint8_t>> file = readWholeFile(path, kLargestPicture);
    if (!file)
        return file.error();
    Result<std::optional<ForeignRecipe>> recipe = readForeignRecipe(file->data(), file->size());
    if (!recipe)
        return Error{recipe.error().code, path.string() + ": " + recipe.error().message};
    return recipe;
}

}  // namespace penjing
