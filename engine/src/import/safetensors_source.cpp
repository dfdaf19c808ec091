#include "import/safetensors_source.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "import/json_file.h"
#include "pack/error_text.h"
#include "pack/safetensors.h"

namespace penjing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::size_t kLongestIndex = 64u << 20;

// Regular files of `folder` whose names end in `ending`, in order.
std::vector<fs::path> filesEndingIn(const fs::path& folder, std::string_view ending) {
    std::vector<fs::path> result;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code ignored;
        if (entry->path().filename().string().ends_with(ending) && entry->is_regular_file(ignored))
            result.push_back(entry->path());
    }
    std::sort(result.begin(), result.end());
    return result;
}

// tensor → file name. A hostile index may not lead out of the folder.
Status readIndex(const fs::path& path, std::map<std::string, std::string>& files) {
    json document;
    PENJING_TRY(readJsonFile(path, kLongestIndex, document));
    const auto map = document.find("weight_map");
    if (map == document.end() || !map->is_object())
        return modelFileError(path.string() + ": has no \"weight_map\"");
    for (const auto& [tensor, file] : map->items()) {
        if (!file.is_string())
            return modelFileError(path.string() + ": the file of " + inQuotes(tensor) + " is not a string");
        const auto& name = file.get_ref<const std::string&>();
        if (name.empty() || name.front() == '.' ||
            name.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos)
            return modelFileError(path.string() + ": " + inQuotes(name) + " is not the name of a file beside it");
        files[tensor] = name;
    }
    return {};
}

Status addIndexed(const fs::path& folder, const fs::path& index, TensorCatalog& catalog) {
    std::map<std::string, std::string> files;
    PENJING_TRY(readIndex(index, files));
    std::set<std::string> shards;
    for (const auto& [tensor, file] : files) shards.insert(file);
    for (const std::string& shard : shards) {
        std::error_code ignored;
        if (!fs::exists(folder / shard, ignored))
            return modelFileError((folder / shard).string() + ": this part of the model is missing; " +
                                  index.filename().string() + " names it");
        PENJING_TRY(addSafetensorsFile(folder / shard, catalog));
    }
    for (const auto& [name, file] : files) {
        const SourceTensor* tensor = catalog.find(name);
        if (!tensor || tensor->file->path.filename() != file)
            return modelFileError((folder / file).string() + ": tensor " + inQuotes(name) + " is missing; " +
                                  index.filename().string() + " says that it is here");
    }
    return {};
}

}  // namespace

Status addSafetensorsFile(const fs::path& path, TensorCatalog& catalog) {
    Result<MappedFile> mapping = MappedFile::open(path);
    if (!mapping)
        return modelFileError(path.string() + ": " + mapping.error().message);
    const std::span<const std::byte> bytes = mapping->bytes();
    const Result<SafetensorsHeader> header = parseSafetensors(bytes);
    if (!header)
        return modelFileError(path.string() + ": " + header.error().message);
    const SourceFile& file = catalog.addFile(path, std::move(*mapping));
    for (const StoredTensor& stored : header->tensors)
        PENJING_TRY(catalog.add(
            {stored.name, stored.dtype, stored.shape, bytes.subspan(stored.begin, stored.end - stored.begin), &file}));
    return {};
}

Result<TensorCatalog> openSafetensorsFolder(const fs::path& folder) {
    TensorCatalog catalog;
    const std::vector<fs::path> indexes = filesEndingIn(folder, ".safetensors.index.json");
    if (indexes.size() > 1)
        return modelFileError(folder.string() + ": has more than one index, " + indexes[0].filename().string() +
                              " and " + indexes[1].filename().string());
    if (indexes.size() == 1) {
        PENJING_TRY(addIndexed(folder, indexes[0], catalog));
        return catalog;
    }
    const std::vector<fs::path> files = filesEndingIn(folder, ".safetensors");
    if (files.empty())
        return modelFileError(folder.string() + ": has no .safetensors file");
    for (const fs::path& file : files) PENJING_TRY(addSafetensorsFile(file, catalog));
    return catalog;
}

}  // namespace penjing
