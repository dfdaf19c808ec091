#include "import/gguf_source.h"

#include <algorithm>
#include <array>

#include "import/ggml_blocks.h"
#include "import/gguf_reader.h"
#include "pack/error_text.h"

namespace penjing {
namespace {

constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF"
constexpr std::uint64_t kMostTensors = 1u << 16;
constexpr std::uint64_t kMostKeys = 1u << 16;
constexpr std::size_t kLongestKey = 1u << 16;
constexpr std::size_t kLongestName = 1024;
constexpr std::uint32_t kMostDimensions = 4;
constexpr int kDeepestArray = 2;
constexpr std::uint32_t kGroupTypeId = 42;

struct GgmlType {
    std::uint32_t id;
    std::string_view name;
    std::size_t block;  // 0: not read
    std::size_t bytes;
};

constexpr std::array<GgmlType, 35> kTypes{{
    {0, "F32", 1, 4},
    {1, "F16", 1, 2},
    {30, "BF16", 1, 2},
    {8, "Q8_0", kQ8Block, kQ8Bytes},
    {41, "Q1_0", kQ1Block, kQ1Bytes},
    {42, "Q2_0", kQ2Block, kQ2Bytes},
    {142, "PQ2_0", kPq2Block, kPq2Bytes},
    {143, "PTQ1_0", kPtq1Block, kPtq1Bytes},
    {2, "Q4_0", 0, 0},
    {3, "Q4_1", 0, 0},
    {6, "Q5_0", 0, 0},
    {7, "Q5_1", 0, 0},
    {9, "Q8_1", 0, 0},
    {10, "Q2_K", 0, 0},
    {11, "Q3_K", 0, 0},
    {12, "Q4_K", 0, 0},
    {13, "Q5_K", 0, 0},
    {14, "Q6_K", 0, 0},
    {15, "Q8_K", 0, 0},
    {16, "IQ2_XXS", 0, 0},
    {17, "IQ2_XS", 0, 0},
    {18, "IQ3_XXS", 0, 0},
    {19, "IQ1_S", 0, 0},
    {20, "IQ4_NL", 0, 0},
    {21, "IQ3_S", 0, 0},
    {22, "IQ2_S", 0, 0},
    {23, "IQ4_XS", 0, 0},
    {24, "I8", 0, 0},
    {26, "I32", 0, 0},
    {27, "I64", 0, 0},
    {28, "F64", 0, 0},
    {29, "IQ1_M", 0, 0},
    {34, "TQ1_0", 0, 0},
    {35, "TQ2_0", 0, 0},
    {39, "MXFP4", 0, 0},
}};

const GgmlType* typeOf(std::uint32_t id) {
    const auto found = std::find_if(kTypes.begin(), kTypes.end(), [id](const GgmlType& type) { return type.id == id; });
    return found == kTypes.end() ? nullptr : &*found;
}

// Bytes of a metadata value of fixed size; 0 for strings (8), arrays (9) and unknown types.
std::size_t valueBytes(std::uint32_t type) {
    constexpr std::array<std::size_t, 13> kBytes{1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    return type < kBytes.size() ? kBytes[type] : 0;
}

// Skips one metadata value; false if its type is unknown or it nests too deep.
bool skipValue(GgufReader& in, std::uint32_t type, int depth) {
    if (const std::size_t bytes = valueBytes(type)) {
        in.skip(bytes);
        return in.ok();
    }
    if (type == 8) {
        in.skip(in.number<std::uint64_t>());
        return in.ok();
    }
    if (type != 9 || depth == 0)
        return false;
    const auto elementType = in.number<std::uint32_t>();
    const auto count = in.number<std::uint64_t>();
    if (const std::size_t bytes = valueBytes(elementType)) {
        if (count > in.left() / bytes)
            return false;
        in.skip(count * bytes);
        return in.ok();
    }
    // Each element takes at least eight bytes, so that the loop is no longer than the file.
    if (count > in.left() / 8)
        return false;
    for (std::uint64_t i = 0; i < count; ++i)
        if (!skipValue(in, elementType, depth - 1))
            return false;
    return in.ok();
}

Status readMetadata(GgufReader& in, std::uint64_t count, std::uint64_t& alignment) {
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string_view key = in.text(kLongestKey);
        const auto type = in.number<std::uint32_t>();
        if (key.starts_with("prism.hadamard."))
            return modelFileError("its weights are rotated (" + inQuotes(key) +
                                  "), which needs a rotation of the activations that FLUX.2 does not have");
        if (in.ok() && key == "general.alignment" && type == 4) {
            alignment = in.number<std::uint32_t>();
            continue;
        }
        if (!in.ok() || !skipValue(in, type, kDeepestArray))
            return modelFileError("its metadata are damaged or truncated");
    }
    if (alignment < 8 || alignment > 65536 || (alignment & (alignment - 1)) != 0)
        return modelFileError("its alignment " + std::to_string(alignment) + " is not a power of two from 8 to 65536");
    return {};
}

struct TensorInfo {
    GgufTensor tensor;
    std::uint32_t type = 0;
    std::uint64_t elements = 1;
    std::uint64_t offset = 0;
};

Error tensorError(const TensorInfo& info, const std::string& problem) {
    return modelFileError("tensor " + inQuotes(info.tensor.name) + ": " + problem);
}

Status readTensorInfo(GgufReader& in, std::uint64_t alignment, TensorInfo& info) {
    info.tensor.name = in.text(kLongestName);
    const auto dimensions = in.number<std::uint32_t>();
    if (!in.ok() || dimensions == 0 || dimensions > kMostDimensions)
        return modelFileError("its list of tensors is damaged or truncated");
    for (std::uint32_t d = 0; d < dimensions; ++d) {
        const auto size = in.number<std::uint64_t>();
        if (size == 0 || size > 1ull << 32 || __builtin_mul_overflow(info.elements, size, &info.elements))
            return tensorError(info, "its shape is too large");
        info.tensor.shape.insert(info.tensor.shape.begin(), static_cast<std::size_t>(size));
    }
    info.type = in.number<std::uint32_t>();
    info.offset = in.number<std::uint64_t>();
    if (!in.ok())
        return modelFileError("its list of tensors is damaged or truncated");
    if (info.offset % alignment != 0)
        return tensorError(info, "its data does not begin at a multiple of " + std::to_string(alignment));
    return {};
}

Error unreadType(const TensorInfo& info) {
    const GgmlType* type = typeOf(info.type);
    if (!type)
        return tensorError(info, "has the unknown type " + std::to_string(info.type));
    const std::string name(type->name);
    const bool lossy = name.starts_with("Q") || name.starts_with("TQ") || name.starts_with("IQ");
    return tensorError(info,
                       "is stored as " + name + ", which is not read" +
                           (lossy ? " (it cannot hold these weights exactly); take a file in Q1_0, Q2_0, PQ2_0 or "
                                    "PTQ1_0, or the MLX pack"
                                  : ""));
}

// Bytes of `elements` weights of a type; nothing if they do not make whole blocks along a row.
std::optional<std::uint64_t> bytesOf(const TensorInfo& info, const GgmlType& type) {
    std::uint64_t bytes = 0;
    if (info.tensor.shape.back() % type.block != 0 ||
        __builtin_mul_overflow(info.elements / type.block, static_cast<std::uint64_t>(type.bytes), &bytes))
        return std::nullopt;
    return bytes;
}

// Early files of PrismML's used the id of Q2_0 for blocks of 128, so the length of the data decides.
Result<const GgmlType*> groupType(const TensorInfo& info, std::uint64_t room, std::uint64_t alignment) {
    for (const std::uint32_t id : {42u, 142u}) {
        const GgmlType* type = typeOf(id);
        const auto bytes = bytesOf(info, *type);
        if (bytes && *bytes <= room && room - *bytes < alignment)
            return type;
    }
    return tensorError(info, "has type 42 but its length, " + std::to_string(room) +
                                 " bytes, is neither that of Q2_0 nor that of PQ2_0");
}

// Sets type and range of each tensor. `infos` are in the order of their offsets.
Status placeTensors(std::vector<TensorInfo>& infos, std::size_t dataBegin, std::size_t fileBytes,
                    std::uint64_t alignment) {
    for (std::size_t i = 0; i < infos.size(); ++i) {
        TensorInfo& info = infos[i];
        const std::uint64_t dataBytes = fileBytes - dataBegin;
        const std::uint64_t next = i + 1 < infos.size() ? infos[i + 1].offset : dataBytes;
        if (info.offset > dataBytes || next > dataBytes)
            return tensorError(info.offset > dataBytes ? info : infos[i + 1],
                               "its data ends beyond the end of the file (truncated?)");
        const std::uint64_t room = next - info.offset;
        const GgmlType* type = typeOf(info.type);
        if (!type || type->block == 0)
            return unreadType(info);
        if (info.type == kGroupTypeId) {
            const Result<const GgmlType*> group = groupType(info, room, alignment);
            if (!group)
                return group.error();
            type = *group;
        }
        const auto bytes = bytesOf(info, *type);
        if (!bytes)
            return tensorError(info, "its rows are not whole blocks of " + std::string(type->name));
        if (*bytes > room)
            return tensorError(info, i + 1 < infos.size() ? "its data overlaps that of another tensor"
                                                          : "its data ends beyond the end of the file (truncated?)");
        info.tensor.dtype = type->name;
        info.tensor.begin = dataBegin + static_cast<std::size_t>(info.offset);
        info.tensor.end = info.tensor.begin + static_cast<std::size_t>(*bytes);
    }
    return {};
}

}  // namespace

Result<std::vector<GgufTensor>> parseGguf(std::span<const std::byte> file) {
    GgufReader in(file);
    if (in.number<std::uint32_t>() != kMagic)
        return modelFileError("is not a GGUF file");
    const auto version = in.number<std::uint32_t>();
    const auto tensors = in.number<std::uint64_t>();
    const auto keys = in.number<std::uint64_t>();
    if (version != 2 && version != 3)
        return modelFileError("is GGUF of version " + std::to_string(version) + "; versions 2 and 3 are read");
    if (!in.ok() || tensors > kMostTensors || keys > kMostKeys)
        return modelFileError("its header is damaged or truncated");
    std::uint64_t alignment = 32;
    PENJING_TRY(readMetadata(in, keys, alignment));
    std::vector<TensorInfo> infos;
    for (std::uint64_t i = 0; i < tensors; ++i) PENJING_TRY(readTensorInfo(in, alignment, infos.emplace_back()));

    const std::size_t dataBegin = static_cast<std::size_t>((in.position() + alignment - 1) / alignment * alignment);
    if (dataBegin > file.size())
        return modelFileError("it ends before its data (truncated?)");
    std::stable_sort(infos.begin(), infos.end(),
                     [](const TensorInfo& a, const TensorInfo& b) { return a.offset < b.offset; });
    PENJING_TRY(placeTensors(infos, dataBegin, file.size(), alignment));
    std::vector<GgufTensor> result;
    for (TensorInfo& info : infos) result.push_back(std::move(info.tensor));
    return result;
}

Status addGgufFile(const std::filesystem::path& path, TensorCatalog& catalog) {
    Result<MappedFile> mapping = MappedFile::open(path);
    if (!mapping)
        return modelFileError(path.string() + ": " + mapping.error().message);
    const std::span<const std::byte> bytes = mapping->bytes();
    const Result<std::vector<GgufTensor>> tensors = parseGguf(bytes);
    if (!tensors)
        return modelFileError(path.string() + ": " + tensors.error().message);
    const SourceFile& file = catalog.addFile(path, std::move(*mapping));
    for (const GgufTensor& tensor : *tensors)
        PENJING_TRY(catalog.add(
            {tensor.name, tensor.dtype, tensor.shape, bytes.subspan(tensor.begin, tensor.end - tensor.begin), &file}));
    return {};
}

}  // namespace penjing
