#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pack/mapped_file.h"
#include "penjing/result.h"

namespace penjing {

// A file that weights are read from.
struct SourceFile {
    std::filesystem::path path;
    MappedFile mapping;
    // ModelFile error if the file changed since it was opened; asked before its pages are touched.
    Status checkUnchanged() const;
};

// One tensor of a source, of whatever container. Valid as long as its catalog.
struct SourceTensor {
    std::string name;
    std::string dtype;               // of safetensors ("BF16", "U32", ...) or of GGUF ("Q1_0", ...)
    std::vector<std::size_t> shape;  // outermost first
    std::span<const std::byte> data;
    const SourceFile* file = nullptr;
};

std::string shapeText(const std::vector<std::size_t>& shape);
// "FILE: tensor "NAME": problem".
Error sourceError(const SourceTensor& tensor, const std::string& problem);

// The tensors of one part of a model, out of one file or several. Every tensor must be asked for or be ignored on
// purpose: `unused` is what nobody wanted.
class TensorCatalog {
public:
    // Takes over `file`, whose tensors follow by add().
    const SourceFile& addFile(std::filesystem::path path, MappedFile mapping);
    // ModelFile error if the name is there already.
    Status add(SourceTensor tensor);

    // Null if there is none; marks it as used.
    const SourceTensor* take(const std::string& name);
    const SourceTensor* find(const std::string& name) const;
    bool has(const std::string& name) const { return find(name) != nullptr; }
    std::vector<std::string> names() const;
    std::vector<std::string> unused() const;
    const std::vector<std::unique_ptr<SourceFile>>& files() const { return files_; }

    // Removes `prefix` from the names that have it. Before anything is taken.
    Status stripPrefix(std::string_view prefix);

private:
    struct Entry {
        SourceTensor tensor;
        bool used = false;
    };
    std::vector<std::unique_ptr<SourceFile>> files_;
    std::map<std::string, Entry> entries_;
};

}  // namespace penjing
