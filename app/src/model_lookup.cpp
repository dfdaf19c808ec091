#include "model_lookup.h"

#include <cstdlib>
#include <system_error>

namespace penjing::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* bundledName = "seedling.penjing";
constexpr int levelsUp = 4;  // build/release/bin/penjing is three below the source tree

std::optional<fs::path> bundledModelBeside(const fs::path& executable) {
    std::error_code ignored;
    const fs::path folder = executable.parent_path();
    const fs::path installed = folder.parent_path() / "share" / "penjing" / bundledName;
    if (fs::is_regular_file(installed, ignored))
        return installed;
    fs::path ancestor = folder;
    for (int level = 0; level < levelsUp; ++level) {
        const fs::path candidate = ancestor / "assets" / bundledName;
        if (fs::is_regular_file(candidate, ignored))
            return candidate;
        ancestor = ancestor.parent_path();
    }
    return std::nullopt;
}

}  // namespace

std::optional<fs::path> bundledModel() {
    std::error_code error;
    const fs::path executable = fs::read_symlink("/proc/self/exe", error);
    return error ? std::nullopt : bundledModelBeside(executable);
}

std::optional<fs::path> chosenModel(const std::string& given) {
    if (!given.empty())
        return fs::path(given);
    if (const char* fromEnvironment = std::getenv("PENJING_MODEL"); fromEnvironment && *fromEnvironment)
        return fs::path(fromEnvironment);
    return std::nullopt;
}

Result<fs::path> findModel(const std::string& given) {
    if (const auto chosen = chosenModel(given))
        return *chosen;
    if (const auto bundled = bundledModel())
        return *bundled;
    return Error{ErrorCode::ModelFile, std::string("the bundled model ") + bundledName +
                                           " was not found; name a model with --model or PENJING_MODEL"};
}

}  // namespace penjing::cli
