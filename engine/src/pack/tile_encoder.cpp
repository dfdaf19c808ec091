#include "pack/tile_encoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "pack/weight_format.h"
#include "penjing/kernels/half_float.h"

namespace penjing {
namespace {

constexpr int kPanelBytes = kTileChannels * kGroupSize;
constexpr int kPanelVectors = kPanelBytes / 64;

// A tile's codes in panel order.
using Panel = std::array<std::uint8_t, kPanelBytes>;

int panelIndex(int channel, int input) {
    const int vector = 2 * (input / 4) + channel / 16;
    return vector * 64 + 4 * (channel % 16) + input % 4;
}

// The code of a weight that does not exist: 0 where the scale is 0 anyway, except that q8 has no code 0.
std::uint8_t paddingCode(WeightFormat format) {
    return format == WeightFormat::Q8 ? 128 : 0;
}

Panel gatherPanel(const CodedMatrix& matrix, int tileRow, int group) {
    Panel panel;
    for (int c = 0; c < kTileChannels; ++c) {
        const int channel = tileRow * kTileChannels + c;
        for (int i = 0; i < kGroupSize; ++i) {
            const std::size_t at = static_cast<std::size_t>(channel) * matrix.k + group * kGroupSize + i;
            panel[panelIndex(c, i)] = channel < matrix.n ? matrix.codes[at] : paddingCode(matrix.format);
        }
    }
    return panel;
}

std::byte* putT3(const Panel& panel, std::byte* out) {
    for (int vector = 0; vector < kPanelVectors; vector += 5) {
        for (int b = 0; b < 64; ++b) {
            int sum = 0;
            for (int d = std::min(5, kPanelVectors - vector) - 1; d >= 0; --d)
                sum = sum * 3 + panel[(vector + d) * 64 + b];
            *out++ = static_cast<std::byte>(sum);
        }
    }
    return out;
}

std::byte* putB1(const Panel& panel, std::byte* out) {
    for (int i = 0; i < kPanelBytes; i += 8) {
        int bits = 0;
        for (int b = 0; b < 8; ++b) bits |= panel[i + b] << b;
        *out++ = static_cast<std::byte>(bits);
    }
    return out;
}

std::byte* putQ4(const Panel& panel, std::byte* out) {
    for (int vector = 0; vector < kPanelVectors; ++vector) {
        const std::uint8_t* codes = panel.data() + vector * 64;
        for (int b = 0; b < 32; ++b) *out++ = static_cast<std::byte>(codes[b] | codes[b + 32] << 4);
    }
    return out;
}

std::byte* putCodes(WeightFormat format, const Panel& panel, std::byte* out) {
    switch (format) {
        case WeightFormat::T3:
            return putT3(panel, out);
        case WeightFormat::B1:
            return putB1(panel, out);
        case WeightFormat::Q4:
            return putQ4(panel, out);
        default:
            std::memcpy(out, panel.data(), kPanelBytes);
            return out + kPanelBytes;
    }
}

// The scales (or offsets) of the tile's channels, one set of 32 per scale group.
std::byte* putHalves(const CodedMatrix& matrix, const std::vector<std::uint16_t>& halves, int tileRow, int group,
                     std::byte* out) {
    const int sets = kGroupSize / scaleGroup(matrix.format);
    const int groupsPerRow = matrix.k / scaleGroup(matrix.format);
    for (int set = 0; set < sets; ++set) {
        for (int c = 0; c < kTileChannels; ++c) {
            const int channel = tileRow * kTileChannels + c;
            const std::size_t at = static_cast<std::size_t>(channel) * groupsPerRow + group * sets + set;
            const std::uint16_t half = channel < matrix.n ? halves[at] : std::uint16_t{0};
            std::memcpy(out, &half, 2);
            out += 2;
        }
    }
    return out;
}

struct GroupCode {
    float scale = 0.0f;
    float offset = 0.0f;  // q4
};

GroupCode chooseScale(WeightFormat format, std::span<const float> weights) {
    const auto [smallest, largest] = std::minmax_element(weights.begin(), weights.end());
    double magnitudes = 0.0;
    for (const float w : weights) magnitudes += std::fabs(w);
    switch (format) {
        case WeightFormat::Q4:
            return {(*largest - *smallest) / 15.0f, *smallest};
        case WeightFormat::Q8:
            return {std::max(*largest, -*smallest) / 127.0f, 0.0f};
        default:
            return {static_cast<float>(magnitudes / static_cast<double>(weights.size())), 0.0f};
    }
}

std::uint8_t nearestCode(WeightFormat format, float weight, const GroupCode& group) {
    if (format == WeightFormat::B1)
        return weight < 0.0f ? 0 : 1;
    const float steps = group.scale == 0.0f ? 0.0f : std::nearbyint((weight - group.offset) / group.scale);
    switch (format) {
        case WeightFormat::T3:
            return static_cast<std::uint8_t>(std::clamp(steps, -1.0f, 1.0f) + 1.0f);
        case WeightFormat::Q4:
            return static_cast<std::uint8_t>(std::clamp(steps, 0.0f, 15.0f));
        default:
            return static_cast<std::uint8_t>(std::clamp(steps, -127.0f, 127.0f) + 128.0f);
    }
}

}  // namespace

int scaleGroup(WeightFormat format) {
    return format == WeightFormat::Q4 ? 64 : 128;
}

void encodeTiles(const CodedMatrix& matrix, std::byte* tiles) {
    const int rows = static_cast<int>(tileRows(matrix.n));
    for (int tileRow = 0; tileRow < rows; ++tileRow) {
        for (int group = 0; group < matrix.k / kGroupSize; ++group) {
            tiles = putCodes(matrix.format, gatherPanel(matrix, tileRow, group), tiles);
            tiles = putHalves(matrix, matrix.scales, tileRow, group, tiles);
            if (matrix.format == WeightFormat::Q4)
                tiles = putHalves(matrix, matrix.offsets, tileRow, group, tiles);
        }
    }
}

std::vector<std::byte> encodeTiles(const CodedMatrix& matrix) {
    std::vector<std::byte> tiles(matrixBytes(matrix.format, matrix.n, matrix.k));
    encodeTiles(matrix, tiles.data());
    return tiles;
}

CodedMatrix quantizeWeights(WeightFormat format, int n, int k, std::span<const float> weights) {
    CodedMatrix matrix{.format = format, .n = n, .k = k, .codes = {}, .scales = {}, .offsets = {}};
    const std::size_t group = static_cast<std::size_t>(scaleGroup(format));
    matrix.codes.resize(weights.size());
    for (std::size_t first = 0; first < weights.size(); first += group) {
        const std::span<const float> part = weights.subspan(first, group);
        GroupCode code = chooseScale(format, part);
        matrix.scales.push_back(halfFromFloat(code.scale));
        // Codes are chosen against what the file will hold, not against what was wished for.
        code.scale = floatFromHalf(matrix.scales.back());
        if (format == WeightFormat::Q4) {
            matrix.offsets.push_back(halfFromFloat(code.offset));
            code.offset = floatFromHalf(matrix.offsets.back());
        }
        for (std::size_t i = 0; i < group; ++i) matrix.codes[first + i] = nearestCode(format, part[i], code);
    }
    return matrix;
}

double decodedWeight(const CodedMatrix& matrix, int channel, int input) {
    const int code = matrix.codes[static_cast<std::size_t>(channel) * matrix.k + input];
    const std::size_t group = (static_cast<std::size_t>(channel) * matrix.k + input) / scaleGroup(matrix.format);
    const double scale = floatFromHalf(matrix.scales[group]);
    switch (matrix.format) {
        case WeightFormat::T3:
            return (code - 1) * scale;
        case WeightFormat::B1:
            return (2 * code - 1) * scale;
        case WeightFormat::Q4:
            return code * scale + floatFromHalf(matrix.offsets[group]);
        default:
            return (code - 128) * scale;
    }
}

}  // namespace penjing
