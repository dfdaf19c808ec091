#include "penjing/verify.h"

#include <limits>
#include <string_view>
#include <utility>

#include "penjing/kernels/kernel_set.h"

namespace penjing {
namespace {

constexpr std::size_t shortHash = 10;  // hex digits of a model hash that the `parameters` chunk carries, and we show

std::string sizeText(int width, int height) {
    return std::to_string(width) + "x" + std::to_string(height);
}

// A recipe without a hash may be of any model; one from a `parameters` chunk has only the first digits.
bool isOfModel(const Recipe& recipe, const ModelInfo& model) {
    if (recipe.modelHash.empty())
        return true;
    return recipe.modelHash.size() >= shortHash &&
           std::string_view(model.hash).substr(0, recipe.modelHash.size()) == recipe.modelHash;
}

std::string named(const std::string& name, const std::string& hash) {
    return (name.empty() ? "unnamed" : name) + " (" + hash.substr(0, shortHash) + ")";
}

// Why the picture cannot be the recipe's, as far as that shows without rendering; empty if it can.
std::string contradiction(const Image& picture, const Recipe& recipe, const ModelInfo& model) {
    if (!isOfModel(recipe, model))
        return "it was drawn by another model, " + named(recipe.modelName, recipe.modelHash) + ", not by " +
               named(model.name, model.hash);
    if (picture.width != recipe.width || picture.height != recipe.height)
        return "it is " + sizeText(picture.width, picture.height) + " but its recipe says " +
               sizeText(recipe.width, recipe.height);
    return {};
}

// The most likely cause of a difference between the picture and its second rendering.
std::string likelyCause(const Image& picture, const Recipe& original, const Recipe& again) {
    if (!original.pixelHash.empty() && pixelHash(picture) != original.pixelHash)
        return "its pixels were changed after it was drawn";
    if (original.kernels != again.kernels)
        return "it was drawn with the " + original.kernels + " kernels, this machine used " + again.kernels;
    if (original.engineVersion != again.engineVersion)
        return "it was drawn by version " + original.engineVersion + ", this is " + again.engineVersion;
    return "the same recipe gave other pixels here";
}

GenerateRequest requestOf(const Recipe& recipe) {
    GenerateRequest request;
    request.prompt = recipe.prompt;
    request.seed = recipe.seed;
    request.width = recipe.width;
    request.height = recipe.height;
    request.steps = recipe.steps;
    request.guidance = recipe.guidance;
    request.variation = recipe.variation;
    request.stopAfterStep = recipe.stoppedAfter;
    request.compactText = recipe.compactText;
    return request;
}

PipelineOptions optionsOf(const Recipe& recipe) {
    PipelineOptions options;
    options.precision = precisionByName(recipe.precision).value_or(Precision::Int8);
    options.checkPicture = false;  // the comparison says more
    if (kernels::findKernelSet(recipe.kernels))
        options.kernels = recipe.kernels;
    return options;
}

PictureVerdict compare(const Image& picture, const Recipe& recipe, const GenerateResult& again) {
    PictureVerdict verdict{Match::Different, psnr(picture, again.image), {}, recipe};
    if (picture.rgb == again.image.rgb) {
        verdict.match = Match::Identical;
        return verdict;
    }
    if (verdict.psnr >= sameLookDecibels)
        verdict.match = Match::SameLook;
    verdict.reason = likelyCause(picture, recipe, again.recipe);
    return verdict;
}

}  // namespace

Result<PictureVerdict> verifyPicture(const std::filesystem::path& path, const Model& model, std::stop_token stop,
                                     const ProgressCallback& progress) {
    const auto picture = readPng(path);
    if (!picture)
        return picture.error();
    const auto found = readRecipe(path);
    if (!found)
        return found.error();
    if (!*found)
        return Error{ErrorCode::Usage, path.string() + " carries no recipe, so it cannot be drawn again"};
    const Recipe& recipe = **found;
    if (auto reason = contradiction(*picture, recipe, model.info()); !reason.empty())
        return PictureVerdict{Match::Different, std::numeric_limits<double>::quiet_NaN(), std::move(reason), recipe};

    auto pipeline = Pipeline::create(model, optionsOf(recipe));
    if (!pipeline)
        return pipeline.error();
    const auto again = pipeline->generate(requestOf(recipe), std::move(stop), progress);
    if (!again)
        return again.error();
    return compare(*picture, recipe, *again);
}

}  // namespace penjing
