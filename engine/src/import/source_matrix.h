#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "import/source_tensor.h"
#include "ops/tensor_view.h"
#include "penjing/result.h"

namespace penjing {

// How the weights of a matrix are coded in a source file.
enum class Encoding : std::uint8_t {
    F32,
    F16,
    BF16,
    Affine1,  // MLX: weight = code · scale + bias per group of inputs, codes little-endian in U32 words
    Affine2,
    Affine4,
    Q8_0,  // ggml: blocks along the inputs, each with a binary16 scale
    Q1_0,
    Q2_0,  // 64 weights a block
    PQ2_0,
    PTQ1_0,
};

// A matrix [n outputs, k inputs] in a source, row-major. Spans are as long as shape and encoding demand.
struct SourceMatrix {
    Encoding encoding = Encoding::F32;
    std::size_t n = 0;
    std::size_t k = 0;
    SourceTensor weight;
    SourceTensor scales;  // affine only
    SourceTensor biases;  // affine only
    std::size_t rowBytes() const { return weight.data.size() / n; }
};

// Finds the matrix of a module: `module`.weight, with `module`.scales and .biases where it is affine. Trailing
// dimensions of 1 do not count. ModelFile error if something of it is missing, of an unknown type or of another shape
// than [n, k].
Result<SourceMatrix> takeMatrix(TensorCatalog& catalog, const std::string& module, std::size_t n, std::size_t k);

// The pack format whose codes and scale groups this encoding has; none for plain numbers (which Q8_0, with its groups
// of 32, counts as).
std::optional<WeightFormat> codedFormat(Encoding encoding);
// The dense format that holds every weight exactly: the source's own for numbers of 16 and 32 bits, F16 for codes with
// a binary16 scale and no offset, none otherwise.
std::optional<WeightFormat> exactDenseFormat(Encoding encoding);
std::string encodingName(Encoding encoding);

// One row in the codes of codedFormat: codes[k], scales (and for q4 offsets) one per scaleGroup.
struct CodedRow {
    std::uint8_t* codes = nullptr;
    float* scales = nullptr;
    float* offsets = nullptr;
};
// ModelFile error if the row is not what the format means: a code 3, offsets that do not mirror the scales, two halves
// of a group with different scales, numbers that are not finite.
Status readCodes(const SourceMatrix& matrix, std::size_t row, const CodedRow& out);
// One row as k numbers. ModelFile error on numbers that are not finite, and those of readCodes.
Status readNumbers(const SourceMatrix& matrix, std::size_t row, float* out);

// `count` numbers of F32, F16 or BF16.
std::optional<Encoding> plainEncoding(std::string_view dtype);
std::size_t plainBytes(Encoding encoding);
void widen(Encoding encoding, const std::byte* data, std::size_t count, float* out);

}  // namespace penjing
