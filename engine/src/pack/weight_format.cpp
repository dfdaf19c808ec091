#include "pack/weight_format.h"

#include <array>

namespace penjing {
namespace {

struct FormatRow {
    WeightFormat format;
    std::string_view name;
    std::size_t tileBytes;     // low-bit
    std::size_t elementBytes;  // dense
};

constexpr std::array<FormatRow, 7> kFormats{{
    {WeightFormat::T3, "t3", 896, 0},
    {WeightFormat::B1, "b1", 576, 0},
    {WeightFormat::Q4, "q4", 2304, 0},
    {WeightFormat::Q8, "q8", 4160, 0},
    {WeightFormat::BF16, "bf16", 0, 2},
    {WeightFormat::F16, "f16", 0, 2},
    {WeightFormat::F32, "f32", 0, 4},
}};

const FormatRow& row(WeightFormat format) {
    for (const FormatRow& candidate : kFormats)
        if (candidate.format == format)
            return candidate;
    return kFormats.back();
}

}  // namespace

bool isLowBit(WeightFormat format) {
    return row(format).tileBytes != 0;
}

std::size_t tileBytes(WeightFormat format) {
    return row(format).tileBytes;
}

std::string_view formatName(WeightFormat format) {
    return row(format).name;
}

std::optional<WeightFormat> formatByName(std::string_view name) {
    for (const FormatRow& candidate : kFormats)
        if (candidate.name == name)
            return candidate.format;
    return std::nullopt;
}

std::optional<WeightFormat> denseFormatOfDtype(std::string_view dtype) {
    if (dtype == "BF16")
        return WeightFormat::BF16;
    if (dtype == "F16")
        return WeightFormat::F16;
    if (dtype == "F32")
        return WeightFormat::F32;
    return std::nullopt;
}

std::size_t matrixBytes(WeightFormat format, int n, int k) {
    const FormatRow& r = row(format);
    if (r.tileBytes != 0)
        return tileRows(n) * static_cast<std::size_t>(k / kGroupSize) * r.tileBytes;
    return static_cast<std::size_t>(n) * static_cast<std::size_t>(k) * r.elementBytes;
}

}  // namespace penjing
