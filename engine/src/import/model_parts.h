#pragma once

#include <filesystem>
#include <string_view>

#include "penjing/import.h"
#include "penjing/result.h"

namespace penjing {

// Where the parts of a model lie. Paths that are not there are empty.
struct ModelParts {
    std::filesystem::path transformer;  // a folder, or one file
    std::filesystem::path textEncoder;  // a folder
    std::filesystem::path vae;          // a folder, or one file
    std::filesystem::path tokenizer;    // a folder
    std::filesystem::path scheduler;    // scheduler_config.json
    std::filesystem::path modelIndex;   // model_index.json
    std::filesystem::path license;      // LICENSE
    std::filesystem::path notice;       // NOTICE.md
};

// Finds the parts of options.source and takes those that the options name instead. Usage error if there is nothing at
// a path, ModelFile error that says in words what is missing and where to get it, or that a pickle is not read.
Result<ModelParts> findModelParts(const ImportOptions& options);

// config.json of a folder; of a file the one beside it if that is of the class `className` of diffusers. Empty if there
// is none.
std::filesystem::path configOf(const std::filesystem::path& part, std::string_view className);

}  // namespace penjing
