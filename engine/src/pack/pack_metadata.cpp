#include "pack/pack_metadata.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pack/error_text.h"
#include "pack/pack_contents.h"
#include "pack/strict_json.h"
#include "pack/weight_format.h"

namespace penjing {
namespace {

using nlohmann::json;
using Strings = std::map<std::string, std::string>;

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kLongestAttribution = 64u << 10;

Error keyError(const std::string& key, const std::string& problem) {
    return modelFileError("metadata \"" + key + "\": " + problem);
}

// Terminals act on control characters, so text that is shown may not hold any but line breaks where allowed.
bool printable(const std::string& text, bool lineBreaks) {
    return std::none_of(text.begin(), text.end(), [lineBreaks](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && !(lineBreaks && c == '\n')) || byte == 0x7f;
    });
}

Status readText(const Strings& metadata, const std::string& key, std::size_t longest, bool lineBreaks,
                std::string& out) {
    const auto found = metadata.find(key);
    if (found == metadata.end())
        return keyError(key, "is missing");
    if (found->second.size() > longest)
        return keyError(key, "is longer than " + std::to_string(longest) + " bytes");
    if (!printable(found->second, lineBreaks))
        return keyError(key, "holds control characters");
    out = found->second;
    return {};
}

Status readObject(const Strings& metadata, const std::string& key, json& out) {
    const auto found = metadata.find(key);
    if (found == metadata.end())
        return keyError(key, "is missing");
    if (Status status = parseStrictJson(found->second, {.depth = 3, .values = 500'000}, out); !status)
        return keyError(key, status.error().message);
    if (!out.is_object())
        return keyError(key, "is not an object");
    return {};
}

bool readLayout(const json& entry, TensorLayout& layout) {
    if (!entry.is_object() || entry.size() != 2 || !entry.contains("format") || !entry.contains("shape"))
        return false;
    const json& format = entry["format"];
    const json& shape = entry["shape"];
    if (!format.is_string() || !shape.is_array() || shape.size() > 4)
        return false;
    const auto known = formatByName(format.get_ref<const std::string&>());
    if (!known)
        return false;
    layout.format = *known;
    for (const json& size : shape) {
        if (!size.is_number_unsigned())
            return false;
        layout.shape.push_back(size.get<std::size_t>());
    }
    return true;
}

Status readLayouts(const Strings& metadata, std::map<std::string, TensorLayout>& layouts) {
    const std::string key = "penjing.tensors";
    json object;
    PENJING_TRY(readObject(metadata, key, object));
    for (const auto& [name, entry] : object.items())
        if (!readLayout(entry, layouts[name]))
            return keyError(key, inQuotes(name) + " must have a known format and a shape");
    return {};
}

bool isHash(const json& value) {
    if (!value.is_string())
        return false;
    const auto& text = value.get_ref<const std::string&>();
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Status readHashes(const Strings& metadata, Strings& hashes) {
    const std::string key = "penjing.sha256";
    json object;
    PENJING_TRY(readObject(metadata, key, object));
    for (const auto& [name, value] : object.items()) {
        if (!isHash(value))
            return keyError(key, inQuotes(name) + " must be 64 lower-case hex digits");
        hashes.emplace(name, value.get_ref<const std::string&>());
    }
    return {};
}

}  // namespace

Result<PackMetadata> readPackMetadata(const Strings& metadata) {
    const auto version = metadata.find("penjing.format");
    if (version == metadata.end())
        return modelFileError("is a safetensors file but not a Penjing pack (no \"penjing.format\" in its metadata)");
    if (version->second != kPackFormatVersion)
        return keyError("penjing.format", inQuotes(version->second) + " is not a version that this program reads");

    PackMetadata result;
    PENJING_TRY(readText(metadata, "penjing.name", kLongestName, false, result.name));
    PENJING_TRY(readText(metadata, "penjing.license", kLongestName, false, result.license));
    PENJING_TRY(readText(metadata, "penjing.attribution", kLongestAttribution, true, result.attribution));
    const auto configText = metadata.find("penjing.config");
    if (configText == metadata.end())
        return keyError("penjing.config", "is missing");
    Result<ModelConfig> config = parseModelConfig(configText->second);
    if (!config)
        return keyError("penjing.config", config.error().message);
    result.config = std::move(*config);
    PENJING_TRY(readLayouts(metadata, result.layouts));
    PENJING_TRY(readHashes(metadata, result.hashes));
    return result;
}

}  // namespace penjing
