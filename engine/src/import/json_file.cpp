#include "import/json_file.h"

#include <nlohmann/json.hpp>

#include "io/read_file.h"
#include "pack/error_text.h"
#include "pack/strict_json.h"

namespace penjing {

Status readJsonFile(const std::filesystem::path& path, std::size_t most, nlohmann::json& out) {
    const auto bytes = readWholeFile(path, most);
    if (!bytes)
        return modelFileError(bytes.error().message);
    const std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    if (Status status = parseStrictJson(text, {.depth = 16, .values = 2'000'000}, out); !status)
        return modelFileError(path.string() + ": " + status.error().message);
    if (!out.is_object())
        return modelFileError(path.string() + ": is not a JSON object");
    return {};
}

}  // namespace penjing
