#include "import/source_tensor.h"

#include "pack/error_text.h"

namespace penjing {

Status SourceFile::checkUnchanged() const {
    if (mapping.unchanged())
        return {};
    return modelFileError(path.string() + ": the file changed while it was in use");
}

std::string shapeText(const std::vector<std::size_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

Error sourceError(const SourceTensor& tensor, const std::string& problem) {
    return modelFileError(tensor.file->path.string() + ": tensor " + inQuotes(tensor.name) + ": " + problem);
}

const SourceFile& TensorCatalog::addFile(std::filesystem::path path, MappedFile mapping) {
    return *files_.emplace_back(std::make_unique<SourceFile>(SourceFile{std::move(path), std::move(mapping)}));
}

Status TensorCatalog::add(SourceTensor tensor) {
    const auto there = entries_.find(tensor.name);
    if (there != entries_.end())
        return sourceError(tensor, "is also in " + there->second.tensor.file->path.string());
    std::string name = tensor.name;
    entries_.emplace(std::move(name), Entry{std::move(tensor)});
    return {};
}

const SourceTensor* TensorCatalog::find(const std::string& name) const {
    const auto found = entries_.find(name);
    return found == entries_.end() ? nullptr : &found->second.tensor;
}

const SourceTensor* TensorCatalog::take(const std::string& name) {
    const auto found = entries_.find(name);
    if (found == entries_.end())
        return nullptr;
    found->second.used = true;
    return &found->second.tensor;
}

std::vector<std::string> TensorCatalog::names() const {
    std::vector<std::string> result;
    for (const auto& [name, entry] : entries_) result.push_back(name);
    return result;
}

std::vector<std::string> TensorCatalog::unused() const {
    std::vector<std::string> result;
    for (const auto& [name, entry] : entries_)
        if (!entry.used)
            result.push_back(name);
    return result;
}

Status TensorCatalog::stripPrefix(std::string_view prefix) {
    std::map<std::string, Entry> stripped;
    for (auto& [name, entry] : entries_) {
        std::string rest = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
        if (stripped.contains(rest))
            return sourceError(entry.tensor, "is there with the prefix " + inQuotes(prefix) + " and without");
        stripped.emplace(std::move(rest), std::move(entry));
    }
    entries_ = std::move(stripped);
    return {};
}

}  // namespace penjing
