#include <charconv>
#include <exception>
#include <span>

#include "image/clean_text.h"
#include "image/infotext.h"
#include "image/png_text.h"
#include "image/recipe_json.h"
#include "io/read_file.h"
#include "penjing/image.h"

namespace penjing {
namespace {

constexpr std::size_t kLargestPicture = std::size_t{1} << 30;

std::optional<Recipe> fluxRecipe(const std::vector<PngText>& texts) {
    const std::string* seed = findText(texts, "flux:seed");
    if (!seed)
        return std::nullopt;
    Recipe recipe;
    const auto [end, error] = std::from_chars(seed->data(), seed->data() + seed->size(), recipe.seed);
    if (error != std::errc() || end != seed->data() + seed->size())
        return std::nullopt;
    if (const std::string* model = findText(texts, "flux:model"))
        recipe.modelName = *model;
    return recipe;
}

std::optional<Recipe> recipeOf(const std::vector<PngText>& texts) {
    if (const std::string* own = findText(texts, "penjing:recipe"))
        if (std::optional<Recipe> recipe = recipeFromJson(*own))
            return recipe;
    // Some programs keep JSON under the same keyword; that is not this grammar.
    const std::string* parameters = findText(texts, "parameters");
    if (parameters && !parameters->empty() && parameters->front() != '{')
        return parseInfotext(*parameters);
    return fluxRecipe(texts);
}

}  // namespace

Result<std::optional<Recipe>> readRecipe(const std::uint8_t* data, std::size_t size) {
    try {
        const Result<std::vector<PngText>> texts = readPngTexts(std::span(data, size));
        if (!texts)
            return texts.error();
        std::optional<Recipe> recipe = recipeOf(*texts);
        if (recipe)
            removeControls(*recipe);
        return recipe;
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, "not enough memory to read the picture's texts"};
    }
}

Result<std::optional<Recipe>> readRecipe(const std::filesystem::path& path) {
    const Result<std::vector<std::uint8_t>> file = readWholeFile(path, kLargestPicture);
    if (!file)
        return file.error();
    Result<std::optional<Recipe>> recipe = readRecipe(file->data(), file->size());
    if (!recipe)
        return Error{recipe.error().code, path.string() + ": " + recipe.error().message};
    return recipe;
}

}  // namespace penjing
