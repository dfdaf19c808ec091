#include "image/recipe_json.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "pack/strict_json.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr std::string_view kSchema = "penjing.recipe/1";
constexpr std::string_view kCompactText = "compact";  // the only value of "text"

// Reads members of the recipe; remembers whether one was missing or wrong.
class RecipeReader {
public:
    // An object, or anything else, which has no members.
    explicit RecipeReader(const json& object) : object_(object) {}

    bool good() const { return good_; }
    bool has(const char* key) const { return member(key) != nullptr; }

    std::string text(const char* key) {
        const json* value = member(key);
        if (value && value->is_string())
            return value->get<std::string>();
        good_ = false;
        return {};
    }

    int integer(const char* key, int least, int most) {
        const json* value = member(key);
        if (value && value->is_number_unsigned()) {
            const auto wide = value->get<std::uint64_t>();
            if (wide >= static_cast<std::uint64_t>(least) && wide <= static_cast<std::uint64_t>(most))
                return static_cast<int>(wide);
        }
        good_ = false;
        return least;
    }

    double number(const char* key, double least, double most) {
        const json* value = member(key);
        const double result = value && value->is_number() ? value->get<double>() : std::nan("");
        if (result >= least && result <= most)
            return result;
        good_ = false;
        return least;
    }

    std::uint64_t seed(const char* key) {
        const std::string digits = text(key);
        std::uint64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        good_ = good_ && error == std::errc() && end == digits.data() + digits.size();
        return value;
    }

    Variation variation(const char* key) {
        RecipeReader in(*member(key));
        const Variation variation{in.seed("seed"), in.number("strength", 0.0, 1.0)};
        good_ = good_ && in.good();
        return variation;
    }

private:
    const json* member(const char* key) const {
        if (!object_.is_object())
            return nullptr;
        const auto found = object_.find(key);
        return found == object_.end() ? nullptr : &*found;
    }

    const json& object_;
    bool good_ = true;
};

}  // namespace

std::string recipeToJson(const Recipe& recipe) {
    nlohmann::ordered_json document{{"schema", kSchema},
                                    {"prompt", recipe.prompt},
                                    {"seed", std::to_string(recipe.seed)},
                                    {"steps", recipe.steps},
                                    {"guidance", recipe.guidance},
                                    {"width", recipe.width},
                                    {"height", recipe.height},
                                    {"shift", recipe.shift},
                                    {"model", recipe.modelName},
                                    {"model_hash", recipe.modelHash},
                                    {"kernels", recipe.kernels},
                                    {"precision", recipe.precision},
                                    {"engine", recipe.engineVersion},
                                    {"pixel_hash", recipe.pixelHash}};
    if (recipe.variation)
        document["variation"] = {{"seed", std::to_string(recipe.variation->seed)},
                                 {"strength", recipe.variation->strength}};
    if (recipe.compactText)
        document["text"] = kCompactText;
    if (recipe.stoppedAfter > 0)
        document["stopped_after"] = recipe.stoppedAfter;
    if (!recipe.created.empty())
        document["created"] = recipe.created;
    return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::optional<Recipe> recipeFromJson(std::string_view text) {
    json document;
    if (!parseStrictJson(text, {.depth = 8, .values = 1000}, document))
        return std::nullopt;
    RecipeReader in(document);
    if (in.text("schema") != kSchema)
        return std::nullopt;
    Recipe recipe;
    recipe.prompt = in.text("prompt");
    recipe.seed = in.seed("seed");
    recipe.steps = in.integer("steps", 1, 10000);
    recipe.guidance = in.number("guidance", 0.0, 1e6);
    recipe.width = in.integer("width", 1, 65535);
    recipe.height = in.integer("height", 1, 65535);
    recipe.shift = in.number("shift", 0.0, 1e6);
    recipe.modelName = in.text("model");
    recipe.modelHash = in.text("model_hash");
    recipe.kernels = in.text("kernels");
    recipe.precision = in.text("precision");
    recipe.engineVersion = in.text("engine");
    recipe.pixelHash = in.text("pixel_hash");
    if (in.has("variation"))
        recipe.variation = in.variation("variation");
    if (in.has("text")) {
        recipe.compactText = in.text("text") == kCompactText;
        if (!recipe.compactText)
            return std::nullopt;
    }
    if (in.has("stopped_after"))
        recipe.stoppedAfter = in.integer("stopped_after", 1, recipe.steps - 1);
    if (in.has("created"))
        recipe.created = in.text("created");
    if (!in.good())
        return std::nullopt;
    return recipe;
}

}  // namespace penjing
