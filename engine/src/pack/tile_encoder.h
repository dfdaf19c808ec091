#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "ops/tensor_view.h"

// Writing the low-bit layouts of docs/formats/pack.md: what synthetic packs, imports and tests produce.
namespace penjing {

// A low-bit matrix before it is cut into tiles.
// codes [n, k]: t3 0…2, b1 0…1, q4 0…15, q8 1…255. scales and, for q4 only, offsets: IEEE binary16 bits, [n, k / G]
// with G = scaleGroup(format).
struct CodedMatrix {
    WeightFormat format = WeightFormat::T3;
    int n = 0;
    int k = 0;  // a multiple of 128
    std::vector<std::uint8_t> codes;
    std::vector<std::uint16_t> scales;
    std::vector<std::uint16_t> offsets;
};

// Inputs that share a scale: 64 for q4, 128 for the others.
int scaleGroup(WeightFormat format);

// Tiles of the whole matrix, matrixBytes (weight_format.h) of them. Channels beyond n get the code and scale of zero
// weights.
void encodeTiles(const CodedMatrix& matrix, std::byte* tiles);
std::vector<std::byte> encodeTiles(const CodedMatrix& matrix);

// Weights [n, k] to the nearest codes, group by group: t3 with the mean magnitude as scale, b1 the sign with the same
// scale, q4 between minimum and maximum, q8 by the largest magnitude. Finite weights only.
CodedMatrix quantizeWeights(WeightFormat format, int n, int k, std::span<const float> weights);

// The weight that a code stands for, in double precision. group = k index / scaleGroup(format).
double decodedWeight(const CodedMatrix& matrix, int channel, int input);

}  // namespace penjing
