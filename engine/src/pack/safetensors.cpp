#include "pack/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "pack/error_text.h"
#include "pack/strict_json.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kMostDimensions = 8;

Error tensorError(const std::string& name, const std::string& problem) {
    return modelFileError("tensor " + inQuotes(name) + ": " + problem);
}

std::uint64_t readLittleEndian64(std::span<const std::byte> bytes) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kLengthBytes; ++i) value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
    return value;
}

// Elements × bytes per element, or nothing if that does not fit.
std::optional<std::size_t> storedBytes(const std::vector<std::size_t>& shape, std::size_t elementBytes) {
    std::size_t bytes = elementBytes;
    for (const std::size_t dimension : shape)
        if (__builtin_mul_overflow(bytes, dimension, &bytes))
            return std::nullopt;
    return bytes;
}

Status readMetadata(const json& object, std::map<std::string, std::string>& metadata) {
    if (!object.is_object())
        return modelFileError("__metadata__ is not an object");
    for (const auto& [key, value] : object.items()) {
        if (!value.is_string())
            return modelFileError("metadata " + inQuotes(key) + " is not a string");
        metadata.emplace(key, value.get_ref<const std::string&>());
    }
    return {};
}

// The unsigned integers of a JSON array.
bool readSizes(const json& array, std::vector<std::size_t>& sizes) {
    if (!array.is_array())
        return false;
    for (const json& element : array) {
        if (!element.is_number_unsigned())
            return false;
        sizes.push_back(element.get<std::size_t>());
    }
    return true;
}

Status readTensor(const std::string& name, const json& entry, std::size_t dataBegin, std::size_t fileBytes,
                  StoredTensor& tensor) {
    if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") || !entry.contains("shape") ||
        !entry.contains("data_offsets"))
        return tensorError(name, "its entry must have exactly dtype, shape and data_offsets");
    tensor.name = name;
    if (!entry["dtype"].is_string() || dtypeBytes(entry["dtype"].get_ref<const std::string&>()) == 0)
        return tensorError(name, "unknown dtype");
    tensor.dtype = entry["dtype"].get_ref<const std::string&>();
    if (!readSizes(entry["shape"], tensor.shape) || tensor.shape.size() > kMostDimensions)
        return tensorError(name, "its shape is not a list of at most 8 sizes");
    std::vector<std::size_t> offsets;
    if (!readSizes(entry["data_offsets"], offsets) || offsets.size() != 2 || offsets[0] > offsets[1])
        return tensorError(name, "its data_offsets are not a range");
    if (offsets[1] > fileBytes - dataBegin)
        return tensorError(name, "its data ends beyond the end of the file (truncated?)");
    tensor.begin = dataBegin + offsets[0];
    tensor.end = dataBegin + offsets[1];
    const std::optional<std::size_t> bytes = storedBytes(tensor.shape, dtypeBytes(tensor.dtype));
    if (!bytes)
        return tensorError(name, "its shape is too large");
    if (*bytes != tensor.end - tensor.begin)
        return tensorError(name, "its shape takes " + std::to_string(*bytes) + " bytes but its data has " +
                                     std::to_string(tensor.end - tensor.begin));
    return {};
}

// Each tensor begins where the one before it ended, and the last ends the file.
Status checkCoverage(const SafetensorsHeader& header, std::size_t fileBytes) {
    std::size_t end = header.dataBegin;
    for (const StoredTensor& tensor : header.tensors) {
        if (tensor.begin < end)
            return tensorError(tensor.name, "its data overlaps that of another tensor");
        if (tensor.begin > end)
            return tensorError(tensor.name, "there is a gap before its data");
        end = tensor.end;
    }
    if (end != fileBytes)
        return modelFileError("there are " + std::to_string(fileBytes - end) + " bytes after the last tensor");
    return {};
}

}  // namespace

std::size_t dtypeBytes(std::string_view dtype) {
    if (dtype == "U8" || dtype == "I8" || dtype == "BOOL")
        return 1;
    if (dtype == "BF16" || dtype == "F16" || dtype == "U16" || dtype == "I16")
        return 2;
    if (dtype == "F32" || dtype == "U32" || dtype == "I32")
        return 4;
    if (dtype == "F64" || dtype == "U64" || dtype == "I64")
        return 8;
    return 0;
}

Result<SafetensorsHeader> parseSafetensors(std::span<const std::byte> file) {
    if (file.size() < kLengthBytes)
        return modelFileError("too short to be a model file");
    const std::uint64_t headerBytes = readLittleEndian64(file);
    if (headerBytes > kLongestHeader)
        return modelFileError("its header claims " + std::to_string(headerBytes) +
                              " bytes; not a model file, or damaged");
    if (headerBytes > file.size() - kLengthBytes)
        return modelFileError("it ends inside its header (truncated?)");

    const std::string_view text(reinterpret_cast<const char*>(file.data()) + kLengthBytes, headerBytes);
    json root;
    if (Status status = parseStrictJson(text, {.depth = 4, .values = 1'000'000}, root); !status)
        return modelFileError("its header is wrong: " + status.error().message);
    if (!root.is_object())
        return modelFileError("its header is not a JSON object");

    SafetensorsHeader header;
    header.dataBegin = kLengthBytes + headerBytes;
    for (const auto& [name, entry] : root.items()) {
        if (name == "__metadata__") {
            PENJING_TRY(readMetadata(entry, header.metadata));
            continue;
        }
        PENJING_TRY(readTensor(name, entry, header.dataBegin, file.size(), header.tensors.emplace_back()));
    }
    std::stable_sort(header.tensors.begin(), header.tensors.end(), [](const StoredTensor& a, const StoredTensor& b) {
        return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
    });
    PENJING_TRY(checkCoverage(header, file.size()));
    return header;
}

}  // namespace penjing
