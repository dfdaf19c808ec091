#include "pack/pack_contents.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "pack/error_text.h"
#include "pack/pack_metadata.h"
#include "pack/safetensors.h"
#include "pack/weight_format.h"

namespace penjing {
namespace {

using Shape = std::vector<std::size_t>;

constexpr std::size_t kLargestTokenizer = 64u << 20;

Error tensorError(const std::string& name, const std::string& problem) {
    return modelFileError("tensor " + inQuotes(name) + ": " + problem);
}

std::string shapeText(const Shape& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

Error shapeError(const StoredTensor& stored, const std::string& dtype, const Shape& shape) {
    return tensorError(stored.name, "is " + stored.dtype + " " + shapeText(stored.shape) +
                                        " but this configuration needs " + dtype + " " + shapeText(shape));
}

bool isPadding(const StoredTensor& stored) {
    return stored.name.starts_with(kPaddingPrefix);
}

Status checkPadding(const StoredTensor& stored, std::span<const std::byte> data) {
    if (stored.dtype != "U8" || stored.shape.size() != 1 || data.size() >= kPackAlignment)
        return tensorError(stored.name, "padding must be fewer than 64 bytes of U8");
    if (std::any_of(data.begin(), data.end(), [](std::byte b) { return b != std::byte{0}; }))
        return tensorError(stored.name, "padding must be zero");
    return {};
}

// Turns stored tensors into what the kernels read, one kind at a time.
class TensorBinder {
public:
    TensorBinder(const PackMetadata& metadata, std::span<const std::byte> file) : metadata_(metadata), file_(file) {}

    Status bind(const StoredTensor& stored, const TensorSpec& spec, PackTensor& out) {
        if (stored.begin % kPackAlignment != 0)
            return tensorError(stored.name, "its data does not begin at a multiple of 64 bytes");
        const auto hash = metadata_.hashes.find(stored.name);
        if (hash == metadata_.hashes.end())
            return tensorError(stored.name, "penjing.sha256 has no hash of it");
        out.name = stored.name;
        out.dtype = stored.dtype;
        out.shape = stored.shape;
        out.sha256 = hash->second;
        out.data = file_.subspan(stored.begin, stored.end - stored.begin);
        switch (spec.kind) {
            case TensorKind::Bytes:
                return bindBytes(stored);
            case TensorKind::Vector:
                return bindVector(stored, spec, out);
            case TensorKind::Conv:
                return bindConv(stored, spec, out);
            case TensorKind::Dense:
            case TensorKind::LowBit:
                return stored.dtype == "U8" ? bindLowBit(stored, spec, out) : bindDense(stored, spec, out);
        }
        return tensorError(stored.name, "unknown kind");
    }

    // How many entries of penjing.tensors were used.
    std::size_t layoutsUsed() const { return layoutsUsed_; }

private:
    static Status bindBytes(const StoredTensor& stored) {
        const std::size_t bytes = stored.end - stored.begin;
        if (stored.dtype != "U8" || stored.shape.size() != 1 || bytes == 0 || bytes > kLargestTokenizer)
            return tensorError(stored.name, "must be U8 of rank 1, at most 64 MiB");
        return {};
    }

    static Status bindVector(const StoredTensor& stored, const TensorSpec& spec, PackTensor& out) {
        const Shape expected{static_cast<std::size_t>(spec.n)};
        if (stored.dtype != "F32" || stored.shape != expected)
            return shapeError(stored, "F32", expected);
        out.format = WeightFormat::F32;
        out.n = spec.n;
        out.k = 1;
        return {};
    }

    static Status bindDense(const StoredTensor& stored, const TensorSpec& spec, PackTensor& out) {
        const Shape expected{static_cast<std::size_t>(spec.n), static_cast<std::size_t>(spec.k)};
        const auto format = denseFormatOfDtype(stored.dtype);
        if (!format || stored.shape != expected)
            return shapeError(stored, "BF16, F16 or F32", expected);
        out.format = *format;
        out.n = spec.n;
        out.k = spec.k;
        return {};
    }

    Status bindLowBit(const StoredTensor& stored, const TensorSpec& spec, PackTensor& out) {
        const TensorLayout* layout = useLayout(stored.name);
        if (!layout)
            return tensorError(stored.name, "is U8 but penjing.tensors does not say its format");
        if (!isLowBit(layout->format) || (spec.kind == TensorKind::Dense && layout->format != WeightFormat::Q8))
            return tensorError(stored.name,
                               "may not be stored as \"" + std::string(formatName(layout->format)) + "\" in U8");
        const Shape logical{static_cast<std::size_t>(spec.n), static_cast<std::size_t>(spec.k)};
        if (layout->shape != logical)
            return tensorError(stored.name, "penjing.tensors says " + shapeText(layout->shape) +
                                                " but this configuration needs " + shapeText(logical));
        if (spec.k % kGroupSize != 0)
            return tensorError(stored.name, "its inputs are not a multiple of 128, so it must be dense");
        const Shape tiles{tileRows(spec.n), static_cast<std::size_t>(spec.k / kGroupSize), tileBytes(layout->format)};
        if (stored.shape != tiles)
            return shapeError(stored, "U8", tiles);
        out.format = layout->format;
        out.n = spec.n;
        out.k = spec.k;
        return {};
    }

    Status bindConv(const StoredTensor& stored, const TensorSpec& spec, PackTensor& out) {
        const auto kernel = static_cast<std::size_t>(spec.kernel);
        const Shape expected{static_cast<std::size_t>(spec.n), kernel, kernel, static_cast<std::size_t>(spec.k)};
        const auto format = denseFormatOfDtype(stored.dtype);
        if (!format || stored.shape != expected)
            return shapeError(stored, "BF16, F16 or F32", expected);
        const TensorLayout* layout = useLayout(stored.name);
        if (!layout || layout->format != *format || layout->shape != expected)
            return tensorError(stored.name, "penjing.tensors is missing it or says something else");
        out.format = *format;
        out.n = spec.n;
        out.k = spec.kernel * spec.kernel * spec.k;
        return {};
    }

    const TensorLayout* useLayout(const std::string& name) {
        const auto found = metadata_.layouts.find(name);
        if (found == metadata_.layouts.end())
            return nullptr;
        ++layoutsUsed_;
        return &found->second;
    }

    const PackMetadata& metadata_;
    std::span<const std::byte> file_;
    std::size_t layoutsUsed_ = 0;
};

std::string firstMissing(const std::vector<TensorSpec>& specs, const std::vector<PackTensor>& tensors) {
    std::unordered_map<std::string_view, bool> present;
    for (const PackTensor& tensor : tensors) present[tensor.name] = true;
    for (const TensorSpec& spec : specs)
        if (!present.contains(spec.name))
            return spec.name;
    return {};
}

}  // namespace

Result<PackContents> parsePack(std::span<const std::byte> file) {
    const Result<SafetensorsHeader> header = parseSafetensors(file);
    if (!header)
        return header.error();
    Result<PackMetadata> metadata = readPackMetadata(header->metadata);
    if (!metadata)
        return metadata.error();

    const std::vector<TensorSpec> specs = expectedTensors(metadata->config);
    std::unordered_map<std::string_view, const TensorSpec*> specByName;
    for (const TensorSpec& spec : specs) specByName.emplace(spec.name, &spec);

    PackContents contents;
    TensorBinder binder(*metadata, file);
    for (const StoredTensor& stored : header->tensors) {
        if (isPadding(stored)) {
            PENJING_TRY(checkPadding(stored, file.subspan(stored.begin, stored.end - stored.begin)));
            continue;
        }
        const auto spec = specByName.find(stored.name);
        if (spec == specByName.end())
            return tensorError(stored.name, "a model of this configuration has no such tensor");
        PENJING_TRY(binder.bind(stored, *spec->second, contents.tensors.emplace_back()));
    }
    if (contents.tensors.size() != specs.size())
        return tensorError(firstMissing(specs, contents.tensors), "is missing");
    if (metadata->hashes.size() != specs.size())
        return modelFileError("penjing.sha256 names tensors that are not there");
    if (binder.layoutsUsed() != metadata->layouts.size())
        return modelFileError("penjing.tensors names tensors that are not there or need no entry");

    contents.config = std::move(metadata->config);
    contents.name = std::move(metadata->name);
    contents.license = std::move(metadata->license);
    contents.attribution = std::move(metadata->attribution);
    return contents;
}

}  // namespace penjing
