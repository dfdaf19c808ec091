#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "pack/tile_encoder.h"
#include "penjing/kernels/kernel_set.h"
#include "penjing/kernels/linear.h"

// Inputs, buffers and the double-precision oracle of the linear tests.
namespace penjing::test {

using kernels::ActivationBits;

inline constexpr ActivationBits kAllBits[] = {ActivationBits::Int7, ActivationBits::Int8, ActivationBits::Int15};
int largestCode(ActivationBits bits);        // 63, 127, 32639
std::string bitsLabel(ActivationBits bits);  // "int7", …

// The sets that this processor supports, and those that it can run in another encoding only.
std::vector<const kernels::KernelSet*> linearSets();

// The sets with products by table lookup, the real ones and one with the lookup emulated; none without AVX-512.
std::vector<const kernels::KernelSet*> tableSets();

// splitmix64: the same numbers everywhere.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next();
    int below(int bound) { return static_cast<int>(next() % static_cast<std::uint64_t>(bound)); }
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
    float symmetric() { return static_cast<float>(2.0 * uniform() - 1.0); }

private:
    std::uint64_t state_;
};

// 64-byte aligned, filled with NaN bits (0xff bytes).
class AlignedBytes {
public:
    explicit AlignedBytes(std::size_t bytes);
    std::byte* bytes() { return data_.get(); }
    const std::byte* bytes() const { return data_.get(); }
    float* floats() { return reinterpret_cast<float*>(data_.get()); }

private:
    struct Free {
        void operator()(std::byte* p) const { std::free(p); }
    };
    std::unique_ptr<std::byte[], Free> data_;
};

// Rows with NaN between and after them: whoever reads past a row shows.
struct PaddedRows {
    PaddedRows(int rows, int cols, float fill = std::numeric_limits<float>::quiet_NaN());
    float* row(int r) { return data.data() + static_cast<std::ptrdiff_t>(r) * stride; }
    const float* row(int r) const { return data.data() + static_cast<std::ptrdiff_t>(r) * stride; }
    // True if everything outside of [rows, cols] is still `fill` (which is not NaN then).
    bool paddingUntouched() const;

    int rows, cols;
    std::ptrdiff_t stride;
    float fill;
    std::vector<float> data;
};

// Activations with magnitudes that differ from group to group, a group of zeros, and values that round half to even.
PaddedRows randomRows(int rows, int cols, std::uint64_t seed);

// Weights of a format with codes over its whole range; n and k as given.
CodedMatrix randomMatrix(WeightFormat format, int n, int k, std::uint64_t seed);
CodedMatrix firstChannels(const CodedMatrix& matrix, int n);

// Quantised activations by definition: one scale per (row, 128 inputs).
struct QuantizedOracle {
    QuantizedOracle(const PaddedRows& x, ActivationBits bits);
    std::vector<int> codes;     // [rows, k]
    std::vector<float> scales;  // [rows, k / 128]
    int rows, k;
};

// y and what its rounding errors scale with, both [rows, n].
struct OracleResult {
    std::vector<double> y;
    std::vector<double> magnitude;  // Σ |terms that are added up in float|
    int terms = 0;                  // how many of them
};

OracleResult oracle(const QuantizedOracle& x, const CodedMatrix& weight);
OracleResult denseOracle(const PaddedRows& x, const std::vector<float>& weight, int n);

kernels::CodeFormat codeFormat(WeightFormat format);
std::string formatLabel(WeightFormat format);

// All rows quantised and packed for a kernel set.
struct PackedActivations {
    PackedActivations(const kernels::LinearKernels& kernels, const PaddedRows& x, ActivationBits bits);
    kernels::QuantizedRows view(int rows) const { return {blocks.bytes(), rows, k, bits}; }
    int k;
    ActivationBits bits;
    AlignedBytes blocks;
};

}  // namespace penjing::test
