#include "import/model_parts.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "import/json_file.h"
#include "pack/error_text.h"

namespace penjing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongestConfig = 1u << 20;

bool present(const fs::path& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

bool isFolder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

bool hasFileEnding(const fs::path& folder, std::string_view ending) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().filename().string().ends_with(ending))
            return true;
    return false;
}

bool hasWeights(const fs::path& folder) {
    return hasFileEnding(folder, ".safetensors") || hasFileEnding(folder, ".safetensors.index.json");
}

bool hasTokenizer(const fs::path& folder) {
    return present(folder / "tokenizer.json") || present(folder / "vocab.json");
}

// Sub-folders of `folder` whose names begin with `prefix`, in order.
std::vector<fs::path> foldersNamed(const fs::path& folder, std::string_view prefix) {
    std::vector<fs::path> result;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().filename().string().starts_with(prefix) && isFolder(entry->path()))
            result.push_back(entry->path());
    std::sort(result.begin(), result.end());
    return result;
}

Error refusedPickle(const fs::path& folder) {
    const bool binary = folder.string().find("int1") != std::string::npos ||
                        folder.parent_path().filename().string().find("binary") != std::string::npos;
    return modelFileError(
        folder.string() +
        ": holds its weights as a Python pickle, as the gemlite packs do, which is not read; take Bonsai Image as " +
        (binary ? "prism-ml/bonsai-image-binary-4B-mlx-1bit" : "prism-ml/bonsai-image-ternary-4B-mlx-2bit") +
        ", which loses nothing");
}

bool hasPickle(const fs::path& folder) {
    return hasFileEnding(folder, ".pt") || hasFileEnding(folder, ".pth") || hasFileEnding(folder, ".bin");
}

// The one sub-folder of a kind that has weights. Empty if there is none at all.
Result<fs::path> weightsFolder(const fs::path& folder, std::string_view prefix) {
    std::vector<fs::path> found;
    for (const fs::path& candidate : foldersNamed(folder, prefix))
        if (hasWeights(candidate))
            found.push_back(candidate);
    if (found.size() > 1)
        return modelFileError(folder.string() + ": has both " + found[0].filename().string() + " and " +
                              found[1].filename().string() + "; leave only one of them");
    if (found.size() == 1)
        return found[0];
    for (const fs::path& candidate : foldersNamed(folder, prefix))
        if (hasPickle(candidate))
            return refusedPickle(candidate);
    return fs::path();
}

Status findInFolder(const fs::path& folder, ModelParts& parts) {
    // Some folders have the transformer a second time, in one file at the top; the sub-folder comes with its settings.
    Result<fs::path> transformer = weightsFolder(folder, "transformer");
    if (!transformer)
        return transformer.error();
    parts.transformer = transformer->empty() && hasWeights(folder) ? folder : *transformer;
    Result<fs::path> text = weightsFolder(folder, "text_encoder");
    if (!text)
        return text.error();
    parts.textEncoder = *text;
    Result<fs::path> vae = weightsFolder(folder, "vae");
    if (!vae)
        return vae.error();
    parts.vae = *vae;
    if (hasTokenizer(folder / "tokenizer"))
        parts.tokenizer = folder / "tokenizer";
    for (const auto& [name, path] :
         {std::pair("model_index.json", &parts.modelIndex), std::pair("LICENSE", &parts.license),
          std::pair("NOTICE.md", &parts.notice), std::pair("NOTICE", &parts.notice)})
        if (path->empty() && present(folder / name))
            *path = folder / name;
    if (present(folder / "scheduler" / "scheduler_config.json"))
        parts.scheduler = folder / "scheduler" / "scheduler_config.json";
    return {};
}

Status missingPath(const fs::path& path) {
    return Error{ErrorCode::Usage, path.string() + ": there is no such file or folder"};
}

// A folder given by an option: the part itself, or a model's folder that has it under its usual name.
Status takeGiven(const fs::path& given, std::string_view prefix, fs::path& part) {
    if (given.empty())
        return {};
    if (!present(given))
        return missingPath(given);
    part = given;
    if (!isFolder(given) || hasWeights(given))
        return {};
    Result<fs::path> inside = weightsFolder(given, prefix);
    if (!inside)
        return inside.error();
    if (!inside->empty())
        part = *inside;
    return {};
}

Status takeGivenTokenizer(const fs::path& given, ModelParts& parts) {
    if (!given.empty() && !present(given))
        return missingPath(given);
    if (!given.empty())
        parts.tokenizer = !hasTokenizer(given) && hasTokenizer(given / "tokenizer") ? given / "tokenizer" : given;
    if (!parts.tokenizer.empty() || parts.textEncoder.empty())
        return {};
    for (const fs::path& folder : {parts.textEncoder, parts.textEncoder.parent_path() / "tokenizer"})
        if (parts.tokenizer.empty() && hasTokenizer(folder))
            parts.tokenizer = folder;
    return {};
}

// What is said of a part that is not there.
struct PartWords {
    const fs::path ModelParts::*part;
    std::string_view name;
    std::string_view where;
    std::string_view option;
};
constexpr std::array<PartWords, 4> kParts{{
    {&ModelParts::transformer, "transformer",
     "it is transformer-packed-mflux in prism-ml's MLX packs and transformer in diffusers' folders", ""},
    {&ModelParts::textEncoder, "text encoder",
     "it is text_encoder-mlx-4bit in prism-ml/bonsai-image-ternary-4B-mlx-2bit and text_encoder in diffusers' folders",
     "--text-encoder"},
    {&ModelParts::vae, "picture decoder", "it is vae in every Bonsai Image and FLUX.2 klein folder", "--vae"},
    {&ModelParts::tokenizer, "tokenizer",
     "it is tokenizer (tokenizer.json, or vocab.json and merges.txt) in every Bonsai Image and FLUX.2 klein folder",
     "--tokenizer"},
}};

Status checkComplete(const ImportOptions& options, const ModelParts& parts) {
    for (const PartWords& words : kParts) {
        if (!(parts.*words.part).empty())
            continue;
        std::string text =
            options.source.string() + ": the " + std::string(words.name) + " is missing; " + std::string(words.where);
        if (!words.option.empty())
            text += "; download it beside the rest, or say where it is with " + std::string(words.option);
        return modelFileError(text);
    }
    return {};
}

}  // namespace

Result<ModelParts> findModelParts(const ImportOptions& options) {
    if (!present(options.source))
        return missingPath(options.source).error();
    ModelParts parts;
    if (isFolder(options.source)) {
        PENJING_TRY(findInFolder(options.source, parts));
    } else {
        const std::string extension = options.source.extension().string();
        if (extension == ".pt" || extension == ".pth" || extension == ".bin" || extension == ".ckpt")
            return refusedPickle(options.source.parent_path());
        parts.transformer = options.source;
    }
    PENJING_TRY(takeGiven(options.textEncoder, "text_encoder", parts.textEncoder));
    if (!parts.textEncoder.empty() && !isFolder(parts.textEncoder))
        return Error{
            ErrorCode::Usage,
            parts.textEncoder.string() + ": the text encoder must be a folder with config.json and safetensors files"};
    PENJING_TRY(takeGiven(options.vae, "vae", parts.vae));
    PENJING_TRY(takeGivenTokenizer(options.tokenizer, parts));
    PENJING_TRY(checkComplete(options, parts));
    return parts;
}

fs::path configOf(const fs::path& part, std::string_view className) {
    const bool folder = isFolder(part);
    const fs::path config = (folder ? part : part.parent_path()) / "config.json";
    if (!present(config))
        return {};
    if (folder)
        return config;
    nlohmann::json document;
    const bool same = readJsonFile(config, kLongestConfig, document).ok() && document.contains("_class_name") &&
                      document["_class_name"] == className;
    return same ? config : fs::path();
}

}  // namespace penjing
