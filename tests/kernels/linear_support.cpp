#include "linear_support.h"
#include "penjing/kernels/half_float.h"

#include <algorithm>
#include <cstring>

#if defined(PENJING_EMULATED_SETS)
#include "emulated/avxvnni_kernels.h"
#include "emulated/table_kernels.h"
#endif

namespace penjing::test {

std::vector<const kernels::KernelSet*> linearSets() {
    const auto supported = kernels::supportedKernelSets();
    std::vector<const kernels::KernelSet*> sets(supported.begin(), supported.end());
#if defined(PENJING_EMULATED_SETS)
    if (kernels::findKernelSet("avx512") != nullptr)
        sets.insert(sets.begin(), &kernels::test::kEncodedAvxVnniSet);
#endif
    return sets;
}

std::vector<const kernels::KernelSet*> tableSets() {
    std::vector<const kernels::KernelSet*> sets;
    for (const kernels::KernelSet* set : kernels::supportedKernelSets())
        if (set->tables != nullptr)
            sets.push_back(set);
#if defined(PENJING_EMULATED_SETS)
    if (const kernels::KernelSet* avx512 = kernels::findKernelSet("avx512")) {
        static const kernels::KernelSet emulated{"avx512_emulated_lookup", "AVX-512 with the lookup of VBMI emulated",
                                                 avx512->linear, avx512->floats, &kernels::test::kEmulatedTables};
        sets.push_back(&emulated);
    }
#endif
    return sets;
}

int largestCode(ActivationBits bits) {
    return bits == ActivationBits::Int7 ? 63 : bits == ActivationBits::Int8 ? 127 : 32639;
}

std::string bitsLabel(ActivationBits bits) {
    return bits == ActivationBits::Int7 ? "int7" : bits == ActivationBits::Int8 ? "int8" : "int15";
}

std::uint64_t Random::next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

AlignedBytes::AlignedBytes(std::size_t bytes) {
    const std::size_t rounded = (bytes + 63) / 64 * 64 + 64;
    data_.reset(static_cast<std::byte*>(std::aligned_alloc(64, rounded)));
    std::memset(data_.get(), 0xff, rounded);
}

PaddedRows::PaddedRows(int rowCount, int columns, float padding)
    : rows(rowCount),
      cols(columns),
      stride(columns + 5),
      fill(padding),
      data(static_cast<std::size_t>(rowCount * stride + 64), padding) {}

bool PaddedRows::paddingUntouched() const {
    for (std::size_t i = 0; i < data.size(); ++i) {
        const auto row = static_cast<std::ptrdiff_t>(i) / stride;
        const auto col = static_cast<std::ptrdiff_t>(i) % stride;
        if ((row >= rows || col >= cols) && data[i] != fill)
            return false;
    }
    return true;
}

PaddedRows randomRows(int rows, int cols, std::uint64_t seed) {
    Random random(seed);
    PaddedRows x(rows, cols);
    for (int r = 0; r < rows; ++r) {
        float magnitude = 1.0f;
        for (int i = 0; i < cols; ++i) {
            if (i % 128 == 0)
                magnitude = std::exp2(static_cast<float>(random.below(13) - 6));
            x.row(r)[i] = magnitude * random.symmetric();
        }
        if (cols >= 128 && r % 5 == 1)
            std::fill_n(x.row(r), 128, 0.0f);
        if (cols >= 128 && r % 5 == 2) {  // absmax 127: codes are the values, many of them exactly between two integers
            for (int i = 0; i < 128; ++i) x.row(r)[i] = static_cast<float>(random.below(509) - 254) * 0.5f;
            x.row(r)[7] = -127.0f;
        }
    }
    return x;
}

namespace {

std::uint8_t randomCode(WeightFormat format, Random& random) {
    switch (format) {
        case WeightFormat::T3:
            return static_cast<std::uint8_t>(random.below(3));
        case WeightFormat::B1:
            return static_cast<std::uint8_t>(random.below(2));
        case WeightFormat::Q4:
            return static_cast<std::uint8_t>(random.below(16));
        default:
            return static_cast<std::uint8_t>(1 + random.below(255));
    }
}

}  // namespace

CodedMatrix randomMatrix(WeightFormat format, int n, int k, std::uint64_t seed) {
    Random random(seed);
    CodedMatrix matrix{.format = format, .n = n, .k = k, .codes = {}, .scales = {}, .offsets = {}};
    for (int i = 0; i < n * k; ++i) matrix.codes.push_back(randomCode(format, random));
    for (int i = 0; i < n * k / scaleGroup(format); ++i) {
        matrix.scales.push_back(halfFromFloat(static_cast<float>(0.01 + 0.05 * random.uniform())));
        if (format == WeightFormat::Q4)
            matrix.offsets.push_back(halfFromFloat(random.symmetric() * 0.4f));
    }
    return matrix;
}

CodedMatrix firstChannels(const CodedMatrix& matrix, int n) {
    CodedMatrix part = matrix;
    const std::size_t groups = static_cast<std::size_t>(matrix.k / scaleGroup(matrix.format));
    part.n = n;
    part.codes.resize(static_cast<std::size_t>(n) * matrix.k);
    part.scales.resize(n * groups);
    if (!part.offsets.empty())
        part.offsets.resize(n * groups);
    return part;
}

QuantizedOracle::QuantizedOracle(const PaddedRows& x, ActivationBits bits) : rows(x.rows), k(x.cols) {
    const auto codeMax = static_cast<float>(largestCode(bits));
    for (int r = 0; r < rows; ++r) {
        for (int first = 0; first < k; first += 128) {
            float absmax = 0.0f;
            for (int i = 0; i < 128; ++i) absmax = std::max(absmax, std::fabs(x.row(r)[first + i]));
            scales.push_back(absmax / codeMax);
            const float inverse = absmax == 0.0f ? 0.0f : codeMax / absmax;
            // nearbyint in the default rounding mode: half to even.
            for (int i = 0; i < 128; ++i)
                codes.push_back(static_cast<int>(std::nearbyint(x.row(r)[first + i] * inverse)));
        }
    }
}

namespace {

// What the code of a weight contributes before its scale is applied: code minus zero point; q4 has none.
int centredCode(const CodedMatrix& weight, std::size_t at) {
    const int code = weight.codes[at];
    switch (weight.format) {
        case WeightFormat::T3:
            return code - 1;
        case WeightFormat::B1:
            return 2 * code - 1;
        case WeightFormat::Q4:
            return code;
        default:
            return code - 128;
    }
}

}  // namespace

OracleResult oracle(const QuantizedOracle& x, const CodedMatrix& weight) {
    OracleResult result;
    const int group = scaleGroup(weight.format);
    const bool offsets = weight.format == WeightFormat::Q4;
    result.terms = weight.k / group * (offsets ? 2 : 1);
    for (int r = 0; r < x.rows; ++r) {
        for (int c = 0; c < weight.n; ++c) {
            double y = 0.0;
            double magnitude = 0.0;
            for (int first = 0; first < weight.k; first += group) {
                long long dot = 0;
                long long sum = 0;
                for (int i = first; i < first + group; ++i) {
                    const int code = x.codes[static_cast<std::size_t>(r) * x.k + i];
                    dot +=
                        static_cast<long long>(code) * centredCode(weight, static_cast<std::size_t>(c) * weight.k + i);
                    sum += code;
                }
                const std::size_t at = static_cast<std::size_t>(c) * (weight.k / group) + first / group;
                const double xScale = x.scales[static_cast<std::size_t>(r) * (x.k / 128) + first / 128];
                const double term = static_cast<double>(dot) * xScale * floatFromHalf(weight.scales[at]);
                const double offset =
                    offsets ? static_cast<double>(sum) * xScale * floatFromHalf(weight.offsets[at]) : 0.0;
                y += term + offset;
                magnitude += std::fabs(term) + std::fabs(offset);
            }
            result.y.push_back(y);
            result.magnitude.push_back(magnitude);
        }
    }
    return result;
}

OracleResult denseOracle(const PaddedRows& x, const std::vector<float>& weight, int n) {
    OracleResult result;
    result.terms = x.cols;
    for (int r = 0; r < x.rows; ++r) {
        for (int c = 0; c < n; ++c) {
            double y = 0.0;
            double magnitude = 0.0;
            for (int i = 0; i < x.cols; ++i) {
                const double term = static_cast<double>(x.row(r)[i]) * weight[static_cast<std::size_t>(c) * x.cols + i];
                y += term;
                magnitude += std::fabs(term);
            }
            result.y.push_back(y);
            result.magnitude.push_back(magnitude);
        }
    }
    return result;
}

kernels::CodeFormat codeFormat(WeightFormat format) {
    switch (format) {
        case WeightFormat::T3:
            return kernels::CodeFormat::T3;
        case WeightFormat::B1:
            return kernels::CodeFormat::B1;
        case WeightFormat::Q4:
            return kernels::CodeFormat::Q4;
        default:
            return kernels::CodeFormat::Q8;
    }
}

std::string formatLabel(WeightFormat format) {
    switch (format) {
        case WeightFormat::T3:
            return "t3";
        case WeightFormat::B1:
            return "b1";
        case WeightFormat::Q4:
            return "q4";
        case WeightFormat::Q8:
            return "q8";
        case WeightFormat::BF16:
            return "bf16";
        case WeightFormat::F16:
            return "f16";
        case WeightFormat::F32:
            return "f32";
    }
    return "?";
}

PackedActivations::PackedActivations(const kernels::LinearKernels& kernels, const PaddedRows& x,
                                     ActivationBits precision)
    : k(x.cols),
      bits(precision),
      blocks(kernels::activationGroupBytes(kernels.rowBlock, precision) * (x.cols / 128) *
             ((x.rows + kernels.rowBlock - 1) / kernels.rowBlock)) {
    const std::size_t blockBytes = kernels::activationGroupBytes(kernels.rowBlock, bits) * (k / 128);
    for (int first = 0, block = 0; first < x.rows; first += kernels.rowBlock, ++block) {
        kernels.quantize(x.row(first), x.stride, std::min(kernels.rowBlock, x.rows - first), k, bits,
                         blocks.bytes() + block * blockBytes);
    }
}

}  // namespace penjing::test
