#include "import/source_matrix.h"

#include <array>
#include <cmath>
#include <cstring>

#include "import/ggml_blocks.h"
#include "pack/error_text.h"
#include "pack/weight_format.h"
#include "penjing/kernels/half_float.h"

namespace penjing {
namespace {

constexpr std::size_t kGroup = kGroupSize;
constexpr std::size_t kMostInputs = 1u << 20;

// What an encoding is made of. `block` inputs take `bytes`; both 0 for the affine ones, whose words are `bits` wide.
struct EncodingTraits {
    Encoding encoding;
    std::string_view dtype;
    std::string_view name;
    std::size_t block;
    std::size_t bytes;
    unsigned bits;
    std::size_t group;  // inputs that share a scale; 0: none
    std::optional<WeightFormat> coded;
    std::optional<WeightFormat> dense;
};

constexpr std::array<EncodingTraits, 11> kEncodings{{
    {Encoding::F32, "F32", "F32", 1, 4, 0, 0, std::nullopt, WeightFormat::F32},
    {Encoding::F16, "F16", "F16", 1, 2, 0, 0, std::nullopt, WeightFormat::F16},
    {Encoding::BF16, "BF16", "BF16", 1, 2, 0, 0, std::nullopt, WeightFormat::BF16},
    {Encoding::Affine1, "U32", "MLX 1-bit", 0, 0, 1, 128, WeightFormat::B1, std::nullopt},
    {Encoding::Affine2, "U32", "MLX 2-bit", 0, 0, 2, 128, WeightFormat::T3, std::nullopt},
    {Encoding::Affine4, "U32", "MLX 4-bit", 0, 0, 4, 64, WeightFormat::Q4, std::nullopt},
    {Encoding::Q8_0, "Q8_0", "Q8_0", kQ8Block, kQ8Bytes, 8, 32, std::nullopt, std::nullopt},
    {Encoding::Q1_0, "Q1_0", "Q1_0", kQ1Block, kQ1Bytes, 1, 128, WeightFormat::B1, WeightFormat::F16},
    {Encoding::Q2_0, "Q2_0", "Q2_0", kQ2Block, kQ2Bytes, 2, 128, WeightFormat::T3, WeightFormat::F16},
    {Encoding::PQ2_0, "PQ2_0", "PQ2_0", kPq2Block, kPq2Bytes, 2, 128, WeightFormat::T3, WeightFormat::F16},
    {Encoding::PTQ1_0, "PTQ1_0", "PTQ1_0", kPtq1Block, kPtq1Bytes, 0, 128, WeightFormat::T3, WeightFormat::F16},
}};

const EncodingTraits& traitsOf(Encoding encoding) {
    return kEncodings[static_cast<std::size_t>(encoding)];
}

bool isAffine(Encoding encoding) {
    return traitsOf(encoding).dtype == "U32";
}

std::vector<std::size_t> withoutTrailingOnes(std::vector<std::size_t> shape) {
    while (shape.size() > 2 && shape.back() == 1) shape.pop_back();
    return shape;
}

std::string sizeText(std::size_t n, std::size_t k) {
    return shapeText({n, k});
}

const std::byte* rowOf(const SourceTensor& tensor, std::size_t rows, std::size_t row) {
    return tensor.data.data() + tensor.data.size() / rows * row;
}

Error groupError(const SourceMatrix& matrix, std::size_t row, std::size_t group, const std::string& problem) {
    return sourceError(matrix.weight,
                       "row " + std::to_string(row) + ", group " + std::to_string(group) + ": " + problem);
}

bool allFinite(const float* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        if (!std::isfinite(values[i]))
            return false;
    return true;
}

// The scales or biases of one row as floats.
void readAffineRow(const SourceTensor& tensor, std::size_t rows, std::size_t row, std::size_t count, float* out) {
    widen(*plainEncoding(tensor.dtype), rowOf(tensor, rows, row), count, out);
}

// Ternary and binary weights in the affine form: what may be dropped is only what repeats the scales.
Status dropOffsets(const SourceMatrix& matrix, std::size_t row, std::size_t groups, const CodedRow& out,
                   const float* offsets) {
    const bool binary = matrix.encoding == Encoding::Affine1;
    for (std::size_t g = 0; g < groups; ++g) {
        if (binary)
            out.scales[g] /= 2;  // stored as the distance of the two values; exact
        if (offsets[g] != -out.scales[g])
            return groupError(matrix, row, g,
                              binary ? "its bias is not minus half its scale, so it is not binary"
                                     : "its bias is not minus its scale, so it is not ternary");
    }
    return {};
}

Status refuseCodeThree(const SourceMatrix& matrix, std::size_t row, const std::uint8_t* codes) {
    for (std::size_t i = 0; i < matrix.k; ++i)
        if (codes[i] > 2)
            return groupError(matrix, row, i / kGroup, "has the code 3, which ternary weights do not have");
    return {};
}

Status readAffine(const SourceMatrix& matrix, std::size_t row, const CodedRow& out) {
    const EncodingTraits& traits = traitsOf(matrix.encoding);
    const std::size_t groups = matrix.k / traits.group;
    unpackBits(rowOf(matrix.weight, matrix.n, row), matrix.k, traits.bits, out.codes);
    readAffineRow(matrix.scales, matrix.n, row, groups, out.scales);
    std::vector<float> own;
    float* offsets = out.offsets;
    if (!offsets) {
        own.resize(groups);
        offsets = own.data();
    }
    readAffineRow(matrix.biases, matrix.n, row, groups, offsets);
    for (std::size_t g = 0; g < groups; ++g)
        if (!std::isfinite(out.scales[g]) || !std::isfinite(offsets[g]))
            return groupError(matrix, row, g, "its scale or bias is not a number");
    if (matrix.encoding == Encoding::Affine4)
        return {};
    PENJING_TRY(dropOffsets(matrix, row, groups, out, offsets));
    return matrix.encoding == Encoding::Affine2 ? refuseCodeThree(matrix, row, out.codes) : Status();
}

bool allZeroTrits(const std::uint8_t* codes, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        if (codes[i] != 1)
            return false;
    return true;
}

// Two blocks of 64 to one group of 128. A half without weights other than zero has no scale of its own.
Status joinHalves(const SourceMatrix& matrix, std::size_t row, std::size_t group, const std::byte* blocks,
                  const CodedRow& out) {
    std::uint8_t* codes = out.codes + group * kGroup;
    std::array<float, 2> scales{};
    std::array<bool, 2> empty{};
    for (std::size_t h = 0; h < 2; ++h) {
        scales[h] = ggmlScale(blocks + h * kQ2Bytes);
        unpackBits(blocks + h * kQ2Bytes + 2, kQ2Block, 2, codes + h * kQ2Block);
        if (scales[h] == 0.0f)
            std::memset(codes + h * kQ2Block, 1, kQ2Block);
        empty[h] = allZeroTrits(codes + h * kQ2Block, kQ2Block);
    }
    if (scales[0] != scales[1] && !empty[0] && !empty[1])
        return groupError(matrix, row, group,
                          "its two halves of 64 weights have different scales, so it is not ternary in groups of 128");
    out.scales[group] = empty[0] ? scales[1] : scales[0];
    return {};
}

Status readBlocks(const SourceMatrix& matrix, std::size_t row, const CodedRow& out) {
    const std::byte* at = rowOf(matrix.weight, matrix.n, row);
    for (std::size_t g = 0; g < matrix.k / kGroup; ++g) {
        std::uint8_t* codes = out.codes + g * kGroup;
        switch (matrix.encoding) {
            case Encoding::Q1_0:
                out.scales[g] = ggmlScale(at);
                unpackBits(at + 2, kGroup, 1, codes);
                at += kQ1Bytes;
                break;
            case Encoding::Q2_0:
                PENJING_TRY(joinHalves(matrix, row, g, at, out));
                at += 2 * kQ2Bytes;
                break;
            case Encoding::PQ2_0:
                out.scales[g] = ggmlScale(at);
                unpackBits(at + 2, kGroup, 2, codes);
                at += kPq2Bytes;
                break;
            default:
                unpackPtq1(at, codes);
                out.scales[g] = ggmlScale(at + kPtq1Bytes - 2);
                at += kPtq1Bytes;
                break;
        }
        if (!std::isfinite(out.scales[g]))
            return groupError(matrix, row, g, "its scale is not a number");
    }
    return matrix.encoding == Encoding::Q1_0 ? Status() : refuseCodeThree(matrix, row, out.codes);
}

void readQ8Blocks(const SourceMatrix& matrix, std::size_t row, float* out) {
    const std::byte* at = rowOf(matrix.weight, matrix.n, row);
    for (std::size_t b = 0; b < matrix.k / kQ8Block; ++b, at += kQ8Bytes) {
        const float scale = ggmlScale(at);
        for (std::size_t i = 0; i < kQ8Block; ++i)
            *out++ = scale * static_cast<float>(std::to_integer<std::int8_t>(at[2 + i]));
    }
}

Status readCodedNumbers(const SourceMatrix& matrix, std::size_t row, float* out) {
    const EncodingTraits& traits = traitsOf(matrix.encoding);
    std::vector<std::uint8_t> codes(matrix.k);
    std::vector<float> scales(matrix.k / traits.group), offsets(scales.size());
    const bool affine4 = traits.coded == WeightFormat::Q4;
    PENJING_TRY(readCodes(matrix, row, {codes.data(), scales.data(), affine4 ? offsets.data() : nullptr}));
    const int zero = traits.coded == WeightFormat::T3 ? 1 : 0;
    for (std::size_t i = 0; i < matrix.k; ++i) {
        const std::size_t group = i / traits.group;
        const int code = traits.coded == WeightFormat::B1 ? 2 * codes[i] - 1 : codes[i] - zero;
        out[i] = static_cast<float>(code) * scales[group] + offsets[group];
    }
    return {};
}

Error missingTensor(const TensorCatalog& catalog, const std::string& name) {
    const std::string where = catalog.files().empty() ? "" : catalog.files().front()->path.string() + ": ";
    return modelFileError(where + "tensor " + inQuotes(name) + " is missing");
}

// The affine encoding whose words of `wordsPerRow` hold k codes.
std::optional<Encoding> affineEncoding(std::size_t wordsPerRow, std::size_t k) {
    for (const Encoding encoding : {Encoding::Affine1, Encoding::Affine2, Encoding::Affine4})
        if (wordsPerRow * 32 == k * traitsOf(encoding).bits)
            return encoding;
    return std::nullopt;
}

Result<SourceMatrix> takeAffine(TensorCatalog& catalog, const std::string& module, SourceMatrix matrix) {
    const std::vector<std::size_t>& shape = matrix.weight.shape;
    const std::string needed = " but this configuration needs the matrix " + sizeText(matrix.n, matrix.k);
    const auto encoding = shape.size() == 2 && shape[0] == matrix.n ? affineEncoding(shape[1], matrix.k) : std::nullopt;
    if (!encoding)
        return sourceError(matrix.weight, "is U32 " + shapeText(shape) + needed + " in codes of 1, 2 or 4 bits");
    matrix.encoding = *encoding;
    const std::size_t group = traitsOf(*encoding).group;
    for (const auto& [suffix, part] : {std::pair(".scales", &matrix.scales), std::pair(".biases", &matrix.biases)}) {
        const SourceTensor* found = catalog.take(module + suffix);
        if (!found)
            return missingTensor(catalog, module + suffix);
        const std::vector<std::size_t> expected{matrix.n, matrix.k / group};
        if (!plainEncoding(found->dtype) || found->shape != expected || matrix.k % group != 0)
            return sourceError(*found, "is " + found->dtype + " " + shapeText(found->shape) + " but " +
                                           encodingName(*encoding) + " weights need BF16, F16 or F32 " +
                                           shapeText(expected) + ", one per " + std::to_string(group));
        *part = *found;
    }
    return matrix;
}

}  // namespace

std::optional<WeightFormat> codedFormat(Encoding encoding) {
    return traitsOf(encoding).coded;
}

std::optional<WeightFormat> exactDenseFormat(Encoding encoding) {
    return traitsOf(encoding).dense;
}

std::string encodingName(Encoding encoding) {
    return std::string(traitsOf(encoding).name);
}

std::optional<Encoding> plainEncoding(std::string_view dtype) {
    for (const Encoding encoding : {Encoding::F32, Encoding::F16, Encoding::BF16})
        if (traitsOf(encoding).dtype == dtype)
            return encoding;
    return std::nullopt;
}

std::size_t plainBytes(Encoding encoding) {
    return traitsOf(encoding).bytes;
}

void widen(Encoding encoding, const std::byte* data, std::size_t count, float* out) {
    if (encoding == Encoding::F32) {
        std::memcpy(out, data, count * sizeof(float));
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t bits;
        std::memcpy(&bits, data + 2 * i, sizeof bits);
        out[i] = encoding == Encoding::F16 ? floatFromHalf(bits) : floatFromBFloat16(bits);
    }
}

Result<SourceMatrix> takeMatrix(TensorCatalog& catalog, const std::string& module, std::size_t n, std::size_t k) {
    const SourceTensor* weight = catalog.take(module + ".weight");
    if (!weight)
        return missingTensor(catalog, module + ".weight");
    if (n == 0 || k == 0 || k > kMostInputs)
        return sourceError(*weight, "a matrix of this configuration would be too large");
    SourceMatrix matrix{.encoding = {}, .n = n, .k = k, .weight = *weight, .scales = {}, .biases = {}};
    if (weight->dtype == "U32")
        return takeAffine(catalog, module, std::move(matrix));
    for (const EncodingTraits& traits : kEncodings) {
        if (traits.dtype != weight->dtype)
            continue;
        matrix.encoding = traits.encoding;
        const std::size_t whole = traits.encoding == Encoding::Q2_0 ? kGroup : traits.block;
        const std::vector<std::size_t> expected{n, k};
        if (withoutTrailingOnes(weight->shape) != expected || k % whole != 0 ||
            weight->data.size() != n * (k / traits.block) * traits.bytes)
            return sourceError(*weight, "is " + weight->dtype + " " + shapeText(weight->shape) +
                                            " but this configuration needs " + sizeText(n, k));
        return matrix;
    }
    return sourceError(*weight, "is " + weight->dtype + ", which weights are not read from");
}

Status readCodes(const SourceMatrix& matrix, std::size_t row, const CodedRow& out) {
    return isAffine(matrix.encoding) ? readAffine(matrix, row, out) : readBlocks(matrix, row, out);
}

Status readNumbers(const SourceMatrix& matrix, std::size_t row, float* out) {
    if (codedFormat(matrix.encoding))
        return readCodedNumbers(matrix, row, out);
    if (matrix.encoding == Encoding::Q8_0)
        readQ8Blocks(matrix, row, out);
    else
        widen(matrix.encoding, rowOf(matrix.weight, matrix.n, row), matrix.k, out);
    if (!allFinite(out, matrix.k))
        return sourceError(matrix.weight, "row " + std::to_string(row) + " has a weight that is not a number");
    return {};
}

}  // namespace penjing
