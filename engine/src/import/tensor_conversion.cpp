#include "import/tensor_conversion.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>

#include "import/group_coding.h"
#include "pack/error_text.h"
#include "pack/tile_encoder.h"
#include "pack/weight_format.h"
#include "penjing/kernels/half_float.h"

namespace penjing {
namespace {

constexpr std::size_t kRows = kTileChannels;  // read and written together
constexpr std::size_t kRoundsPerBatch = 2;    // batches of this many tile rows per thread

Error groupError(const MatrixRows& rows, std::size_t row, std::size_t group, const std::string& problem) {
    return sourceError(rows.source().weight, "row " + std::to_string(rows.sourceRow(row)) + ", group " +
                                                 std::to_string(group) + ": " + problem);
}

std::string shortNumber(float value) {
    char text[32];
    std::snprintf(text, sizeof text, "%g", static_cast<double>(value));
    return text;
}

// "weights 0.1, 0.2, -0.3, ...", at most four different magnitudes.
std::string examples(std::span<const float> weights) {
    std::vector<float> seen;
    for (const float w : weights) {
        const bool known = std::any_of(seen.begin(), seen.end(), [w](float s) { return std::fabs(s) == std::fabs(w); });
        if (!known && seen.size() < 4)
            seen.push_back(w);
    }
    std::string text;
    for (const float w : seen) text += (text.empty() ? "" : ", ") + shortNumber(w);
    return text;
}

Error notTernary(const MatrixRows& rows, std::size_t row, std::size_t group, std::span<const float> weights) {
    return groupError(rows, row, group,
                      "its 128 weights are neither ternary nor binary (" + examples(weights) +
                          ", ...); --quantize ternary, binary, q8 or keep takes such a model");
}

// One tile row on its way: 32 channels (fewer at the end) of codes.
class TileRow {
public:
    TileRow(const MatrixRows& rows, std::size_t tileRow, WeightFormat format, ConversionStats& stats)
        : rows_(rows), first_(tileRow * kRows), format_(format), stats_(stats) {
        tile_.format = format;
        tile_.n = static_cast<int>(std::min(kRows, rows.n() - first_));
        tile_.k = static_cast<int>(rows.k());
        const std::size_t channels = static_cast<std::size_t>(tile_.n);
        tile_.codes.resize(channels * rows.k());
        groups_ = rows.k() / static_cast<std::size_t>(scaleGroup(format));
        tile_.scales.resize(channels * groups_);
        if (format == WeightFormat::Q4)
            tile_.offsets.resize(channels * groups_);
        scales_.resize(groups_);
        offsets_.resize(groups_);
        numbers_.resize(rows.k());
    }

    Status convert(Method method, std::span<std::byte> out) {
        for (std::size_t c = 0; c < static_cast<std::size_t>(tile_.n); ++c) PENJING_TRY(convertChannel(method, c));
        encodeTiles(tile_, out.data());
        return {};
    }

private:
    Status convertChannel(Method method, std::size_t channel) {
        std::uint8_t* codes = tile_.codes.data() + channel * rows_.k();
        const std::size_t row = first_ + channel;
        if (method == Method::Codes) {
            float* offsets = format_ == WeightFormat::Q4 ? offsets_.data() : nullptr;
            PENJING_TRY(rows_.codes(row, {codes, scales_.data(), offsets}));
            return putScales(channel, true);
        }
        PENJING_TRY(rows_.numbers(row, numbers_.data()));
        switch (method) {
            case Method::Exact:
                PENJING_TRY(codeExactly(row, codes));
                return putScales(channel, true);
            case Method::LeastSquares:
                for (std::size_t g = 0; g < groups_; ++g)
                    scales_[g] = format_ == WeightFormat::T3 ? leastSquaresTernary(group(g), codes + g * kGroupSize)
                                                             : leastSquaresBinary(group(g), codes + g * kGroupSize);
                PENJING_TRY(putScales(channel, false));
                break;
            default:
                PENJING_TRY(codeNearest(channel, row, codes));
                break;
        }
        compare(channel);
        return {};
    }

    std::span<const float> group(std::size_t g) const {
        return std::span(numbers_).subspan(g * kGroupSize, kGroupSize);
    }

    Status codeExactly(std::size_t row, std::uint8_t* codes) {
        for (std::size_t g = 0; g < groups_; ++g) {
            const std::span<const float> weights = group(g);
            const GroupKind kind = groupKind(weights);
            if (kind == GroupKind::Neither)
                return notTernary(rows_, row, g, weights);
            if (kind == GroupKind::Ternary && format_ == WeightFormat::B1)
                return groupError(rows_, row, g, "has weights that are zero in a model that is binary elsewhere");
            float scale = 0.0f;
            for (std::size_t i = 0; i < weights.size(); ++i) {
                scale = std::max(scale, std::fabs(weights[i]));
                const int sign = (weights[i] > 0.0f) - (weights[i] < 0.0f);
                codes[g * kGroupSize + i] =
                    static_cast<std::uint8_t>(format_ == WeightFormat::T3 ? sign + 1 : sign > 0);
            }
            scales_[g] = scale;
        }
        return {};
    }

    Status codeNearest(std::size_t channel, std::size_t row, std::uint8_t* codes) {
        const CodedMatrix coded = quantizeWeights(format_, 1, tile_.k, numbers_);
        std::copy(coded.codes.begin(), coded.codes.end(), codes);
        for (std::size_t g = 0; g < groups_; ++g) {
            scales_[g] = floatFromHalf(coded.scales[g]);
            offsets_[g] = format_ == WeightFormat::Q4 ? floatFromHalf(coded.offsets[g]) : 0.0f;
            if (!std::isfinite(scales_[g]) || !std::isfinite(offsets_[g]))
                return groupError(rows_, row, g, "has weights too large for 16-bit scales");
        }
        return putScales(channel, false);
    }

    // Scales and offsets to binary16. `counted`: rounding them would be the only loss.
    Status putScales(std::size_t channel, bool counted) {
        for (std::size_t g = 0; g < groups_; ++g) {
            const std::size_t at = channel * groups_ + g;
            tile_.scales[at] = halfFromFloat(scales_[g]);
            PENJING_TRY(checkHalf(channel, g, scales_[g], tile_.scales[at], counted));
            if (format_ == WeightFormat::Q4) {
                tile_.offsets[at] = halfFromFloat(offsets_[g]);
                PENJING_TRY(checkHalf(channel, g, offsets_[g], tile_.offsets[at], counted));
            }
        }
        return {};
    }

    Status checkHalf(std::size_t channel, std::size_t g, float wanted, std::uint16_t half, bool counted) {
        const float got = floatFromHalf(half);
        if (!std::isfinite(got))
            return groupError(rows_, first_ + channel, g, "its scale or offset is too large for 16 bits");
        if (!counted)
            return {};
        ++stats_.halves;
        if (got != wanted) {
            ++stats_.inexactHalves;
            stats_.worstHalf = std::max(stats_.worstHalf, std::fabs(static_cast<double>(got) / wanted - 1.0));
        }
        return {};
    }

    void compare(std::size_t channel) {
        decoded_.resize(rows_.k());
        const std::size_t width = static_cast<std::size_t>(scaleGroup(format_));
        const std::uint8_t* codes = tile_.codes.data() + channel * rows_.k();
        for (std::size_t i = 0; i < decoded_.size(); ++i) {
            const std::size_t g = channel * groups_ + i / width;
            decoded_[i] = decode(codes[i], floatFromHalf(tile_.scales[g]),
                                 format_ == WeightFormat::Q4 ? floatFromHalf(tile_.offsets[g]) : 0.0f);
        }
        stats_.compare(numbers_, decoded_);
    }

    float decode(int code, float scale, float offset) const {
        switch (format_) {
            case WeightFormat::T3:
                return static_cast<float>(code - 1) * scale;
            case WeightFormat::B1:
                return static_cast<float>(2 * code - 1) * scale;
            case WeightFormat::Q4:
                return static_cast<float>(code) * scale + offset;
            default:
                return static_cast<float>(code - 128) * scale;
        }
    }

    const MatrixRows& rows_;
    std::size_t first_;
    WeightFormat format_;
    ConversionStats& stats_;
    CodedMatrix tile_;
    std::size_t groups_ = 0;
    std::vector<float> scales_, offsets_, numbers_, decoded_;
};

std::size_t elementBytes(WeightFormat format) {
    return format == WeightFormat::F32 ? 4 : 2;
}

// One row of numbers as `format`.
void narrow(WeightFormat format, std::span<const float> numbers, std::byte* out) {
    if (format == WeightFormat::F32) {
        std::memcpy(out, numbers.data(), numbers.size_bytes());
        return;
    }
    for (const float x : numbers) {
        const std::uint16_t bits = format == WeightFormat::F16 ? halfFromFloat(x) : bfloat16FromFloat(x);
        std::memcpy(out, &bits, sizeof bits);
        out += sizeof bits;
    }
}

Encoding encodingOf(WeightFormat format) {
    return format == WeightFormat::F32 ? Encoding::F32 : format == WeightFormat::F16 ? Encoding::F16 : Encoding::BF16;
}

Status convertDenseRows(const MatrixRows& rows, std::size_t block, WeightFormat format, std::span<std::byte> out,
                        ConversionStats& stats) {
    const bool exact = exactDenseFormat(rows.source().encoding) == format;
    const std::size_t first = block * kRows, count = std::min(kRows, rows.n() - first);
    std::vector<float> numbers(rows.k()), rounded(rows.k());
    for (std::size_t r = 0; r < count; ++r) {
        PENJING_TRY(rows.numbers(first + r, numbers.data()));
        std::byte* at = out.data() + r * rows.k() * elementBytes(format);
        narrow(format, numbers, at);
        if (exact)
            continue;
        widen(encodingOf(format), at, rows.k(), rounded.data());
        if (!std::all_of(rounded.begin(), rounded.end(), [](float x) { return std::isfinite(x); }))
            return sourceError(rows.source().weight, "has weights too large for its format in the pack");
        stats.compare(numbers, rounded);
    }
    return {};
}

// Bytes of 32 rows (fewer at the end of a dense matrix).
std::size_t blockBytes(const MatrixRows& rows, WeightFormat format, std::size_t block) {
    if (isLowBit(format))
        return rows.k() / kGroupSize * tileBytes(format);
    return std::min(kRows, rows.n() - block * kRows) * rows.k() * elementBytes(format);
}

// Nothing may be thrown out of a parallel region.
Status convertBlock(const MatrixRows& rows, std::size_t block, WeightFormat format, Method method,
                    std::span<std::byte> out, ConversionStats& stats) noexcept {
    try {
        if (method == Method::Dense)
            return convertDenseRows(rows, block, format, out, stats);
        return TileRow(rows, block, format, stats).convert(method, out);
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, "not enough memory to convert a matrix"};
    }
}

Status checkPlain(const SourceTensor& tensor, std::size_t count) {
    const auto encoding = plainEncoding(tensor.dtype);
    if (!encoding || tensor.data.size() != count * plainBytes(*encoding))
        return sourceError(tensor, "is " + tensor.dtype + " " + shapeText(tensor.shape) + ", not " +
                                       std::to_string(count) + " numbers of BF16, F16 or F32");
    return tensor.file->checkUnchanged();
}

Status checkFinite(const SourceTensor& tensor, std::span<const float> values) {
    if (std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); }))
        return {};
    return sourceError(tensor, "has a value that is not a number");
}

}  // namespace

Status convertMatrix(const MatrixRows& rows, WeightFormat format, Method method, const ConversionContext& context,
                     ConversionStats& stats) {
    const std::size_t blocks = (rows.n() + kRows - 1) / kRows;
    const std::size_t batch = kRoundsPerBatch * static_cast<std::size_t>(context.threads);
    std::vector<std::vector<std::byte>> bytes(batch);
    for (std::size_t first = 0; first < blocks; first += batch) {
        if (context.stop.stop_requested())
            return Error{ErrorCode::Cancelled, "cancelled"};
        PENJING_TRY(rows.checkUnchanged());
        const std::size_t now = std::min(batch, blocks - first);
        std::vector<Status> results(now);
        std::vector<ConversionStats> parts(now);
        for (std::size_t i = 0; i < now; ++i) bytes[i].resize(blockBytes(rows, format, first + i));
#pragma omp parallel for schedule(dynamic) num_threads(context.threads)
        for (std::size_t i = 0; i < now; ++i)
            results[i] = convertBlock(rows, first + i, format, method, bytes[i], parts[i]);
        for (std::size_t i = 0; i < now; ++i) {
            PENJING_TRY(results[i]);
            stats.add(parts[i]);
            PENJING_TRY(context.sink(bytes[i]));
        }
        rows.giveBack(first * kRows, std::min(now * kRows, rows.n() - first * kRows));
    }
    rows.giveBackAll();
    return {};
}

Status convertVector(const SourceTensor& tensor, const ConversionContext& context) {
    std::size_t count = 1;
    for (const std::size_t size : tensor.shape) count *= size;
    PENJING_TRY(checkPlain(tensor, count));
    std::vector<float> values(count);
    widen(*plainEncoding(tensor.dtype), tensor.data.data(), count, values.data());
    PENJING_TRY(checkFinite(tensor, values));
    return context.sink(std::as_bytes(std::span(values)));
}

Status convertConvolution(const SourceTensor& tensor, const TensorSpec& spec, const ConversionContext& context) {
    const auto n = static_cast<std::size_t>(spec.n), inputs = static_cast<std::size_t>(spec.k);
    const auto taps = static_cast<std::size_t>(spec.kernel) * static_cast<std::size_t>(spec.kernel);
    PENJING_TRY(checkPlain(tensor, n * inputs * taps));
    const Encoding encoding = *plainEncoding(tensor.dtype);
    const std::size_t element = plainBytes(encoding), channel = inputs * taps;
    std::vector<std::byte> out(channel * element);
    std::vector<float> values(channel);
    for (std::size_t c = 0; c < n; ++c) {
        const std::byte* in = tensor.data.data() + c * out.size();
        widen(encoding, in, channel, values.data());
        PENJING_TRY(checkFinite(tensor, values));
        for (std::size_t tap = 0; tap < taps; ++tap)
            for (std::size_t i = 0; i < inputs; ++i)
                std::memcpy(out.data() + (tap * inputs + i) * element, in + (i * taps + tap) * element, element);
        PENJING_TRY(context.sink(out));
    }
    tensor.file->mapping.giveBack(tensor.data);
    return {};
}

Result<std::optional<WeightFormat>> sampleStructure(const MatrixRows& rows) {
    PENJING_TRY(rows.checkUnchanged());
    std::optional<WeightFormat> found;
    std::vector<float> numbers(rows.k());
    for (std::size_t row = 0; row < std::min(kRows, rows.n()); ++row) {
        PENJING_TRY(rows.numbers(row, numbers.data()));
        for (std::size_t g = 0; g < rows.k() / kGroupSize; ++g) {
            const std::span<const float> weights = std::span(numbers).subspan(g * kGroupSize, kGroupSize);
            const GroupKind kind = groupKind(weights);
            if (kind == GroupKind::Neither)
                return notTernary(rows, row, g, weights);
            if (kind == GroupKind::Ternary)
                found = WeightFormat::T3;
            else if (kind == GroupKind::Binary && !found)
                found = WeightFormat::B1;
        }
    }
    return found;
}

}  // namespace penjing
