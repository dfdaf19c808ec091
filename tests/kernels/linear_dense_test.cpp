#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "linear_support.h"
#include "penjing/kernels/half_float.h"

// Dense products of every kernel set against doubles.
namespace penjing::test {
namespace {

constexpr float kSentinel = -54321.0f;

using Case = std::tuple<const kernels::KernelSet*, WeightFormat>;

class LinearDense : public testing::TestWithParam<Case> {};

// Weights as stored, and the same widened.
struct DenseMatrix {
    DenseMatrix(WeightFormat storedAs, int rows, int cols, std::uint64_t seed) : format(storedAs), n(rows), k(cols) {
        Random random(seed);
        const std::size_t count = static_cast<std::size_t>(n) * k;
        // Not one element more than there is: reading past the end shows under a sanitizer.
        bytes.resize(count * (format == WeightFormat::F32 ? 4 : 2));
        for (std::size_t i = 0; i < count; ++i) {
            const float w = random.symmetric();
            if (format == WeightFormat::F32) {
                values.push_back(w);
                std::memcpy(bytes.data() + 4 * i, &w, 4);
                continue;
            }
            const std::uint16_t bits = format == WeightFormat::BF16 ? bfloat16FromFloat(w) : halfFromFloat(w);
            values.push_back(format == WeightFormat::BF16 ? floatFromBFloat16(bits) : floatFromHalf(bits));
            std::memcpy(bytes.data() + 2 * i, &bits, 2);
        }
    }
    kernels::DenseWeight view() const {
        const auto as = format == WeightFormat::BF16  ? kernels::DenseFormat::BF16
                        : format == WeightFormat::F16 ? kernels::DenseFormat::F16
                                                      : kernels::DenseFormat::F32;
        return {as, bytes.data(), n, k};
    }
    WeightFormat format;
    int n, k;
    std::vector<std::byte> bytes;
    std::vector<float> values;
};

PaddedRows smallRows(int rows, int cols, std::uint64_t seed) {
    Random random(seed);
    PaddedRows x(rows, cols);
    for (int r = 0; r < rows; ++r) {
        for (int i = 0; i < cols; ++i) x.row(r)[i] = random.symmetric();
    }
    return x;
}

// k products, each rounded (or fused), and k additions in any order, unit 2^-24.
double tolerance(const OracleResult& expected, std::size_t at) {
    return 2.0 * (expected.terms + 2) * 0x1p-24 * expected.magnitude[at] + 1e-30;
}

void expectNear(const PaddedRows& y, const OracleResult& expected, const std::string& what) {
    for (int r = 0; r < y.rows; ++r) {
        for (int c = 0; c < y.cols; ++c) {
            const std::size_t at = static_cast<std::size_t>(r) * y.cols + c;
            ASSERT_NEAR(y.row(r)[c], expected.y[at], tolerance(expected, at)) << what << " at " << r << ", " << c;
        }
    }
    ASSERT_TRUE(y.paddingUntouched()) << what;
}

TEST_P(LinearDense, PanelsAgreeWithOracle) {
    const auto [set, format] = GetParam();
    const kernels::LinearKernels& kernels = *set->linear;
    for (const int k : {1, 3, 8, 15, 16, 17, 33, 100, 200}) {
        for (const int n : {1, 5, 16, 31, 32, 33, 70}) {
            const DenseMatrix weight(format, n, k, 13);
            for (const int rows : {1, 2, 4, 5, 6, 7, 8, 11, 12, 13, 17, 25}) {
                const PaddedRows x = smallRows(rows, k, 19);
                const int blocks = (rows + kernels.denseRowBlock - 1) / kernels.denseRowBlock;
                const std::size_t blockFloats = static_cast<std::size_t>(kernels.denseRowBlock) * k;
                AlignedBytes packed(sizeof(float) * blocks * blockFloats);
                for (int b = 0; b < blocks; ++b) {
                    const int first = b * kernels.denseRowBlock;
                    kernels::packDenseBlock(kernels, x.row(first), x.stride,
                                            std::min(kernels.denseRowBlock, rows - first), k,
                                            packed.floats() + b * blockFloats);
                }
                const int tiles = (n + 31) / 32;
                AlignedBytes scratch(sizeof(float) * 32 * tiles * k);
                PaddedRows y(rows, n, kSentinel);
                kernels::OutputMatrix out{.y = y.row(0), .stride = y.stride};
                // Two pieces of k wherever there are two inputs.
                const int half = k / 2;
                for (const kernels::Range inputs : {kernels::Range{0, half}, kernels::Range{half, k - half}}) {
                    if (inputs.count == 0)
                        continue;
                    kernels::multiplyDenseRange(kernels, {packed.floats(), rows, k}, weight.view(), {0, tiles}, inputs,
                                                out, scratch.floats());
                    out = kernels::continued(out);
                }
                expectNear(y, denseOracle(x, weight.values, n), "k " + std::to_string(k) + " n " + std::to_string(n));
            }
        }
    }
}

TEST_P(LinearDense, FewRowsAgreeWithOracle) {
    const auto [set, format] = GetParam();
    for (const int k : {1, 2, 7, 8, 9, 16, 31, 128, 200}) {
        for (const int n : {1, 3, 4, 6, 32, 37, 70}) {
            const DenseMatrix weight(format, n, k, 43);
            for (int rows = 1; rows <= kernels::kMaxGemvRows; ++rows) {
                const PaddedRows x = smallRows(rows, k, 47);
                PaddedRows y(rows, n, kSentinel);
                kernels::multiplyFewRows(*set->linear, x.row(0), x.stride, rows, weight.view(), {0, (n + 31) / 32},
                                         {.y = y.row(0), .stride = y.stride});
                expectNear(y, denseOracle(x, weight.values, n), "k " + std::to_string(k) + " n " + std::to_string(n));
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, LinearDense,
                         testing::Combine(testing::ValuesIn(linearSets()),
                                          testing::Values(WeightFormat::BF16, WeightFormat::F16, WeightFormat::F32)),
                         [](const auto& parameter) {
                             return std::string(std::get<0>(parameter.param)->name) + "_" +
                                    formatLabel(std::get<1>(parameter.param));
                         });

}  // namespace
}  // namespace penjing::test
