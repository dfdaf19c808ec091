#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "cpu/cpu_ops.h"
#include "linear_support.h"
#include "penjing/kernels/half_float.h"

// CpuOps::linear: several jobs on one input, any number of threads, epilogues, cancellation.
namespace penjing::test {
namespace {

constexpr float kSentinel = 777.0f;

std::vector<std::byte> bfloat16Bytes(const std::vector<float>& values) {
    std::vector<std::byte> bytes(values.size() * 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint16_t bits = bfloat16FromFloat(values[i]);
        std::memcpy(bytes.data() + 2 * i, &bits, 2);
    }
    return bytes;
}

ConstMat view(const PaddedRows& x) {
    return {x.row(0), x.rows, x.cols, x.stride};
}
Mat view(PaddedRows& y) {
    return {y.row(0), y.rows, y.cols, y.stride};
}

// Three jobs: ternary with bias, 4-bit gated residual, dense bf16.
struct ThreeJobs {
    static constexpr int kInputs = 384, kTernary = 200, kGated = 96, kDense = 50;

    explicit ThreeJobs(int rows)
        : x(randomRows(rows, kInputs, 1)),
          ternary(randomMatrix(WeightFormat::T3, kTernary, kInputs, 2)),
          nibbles(randomMatrix(WeightFormat::Q4, kGated, kInputs, 3)),
          ternaryTiles(encodeTiles(ternary)),
          nibbleTiles(encodeTiles(nibbles)) {
        Random random(4);
        for (int i = 0; i < kDense * kInputs; ++i)
            dense.push_back(floatFromBFloat16(bfloat16FromFloat(random.symmetric())));
        denseBytes = bfloat16Bytes(dense);
        for (int i = 0; i < kTernary; ++i) bias.push_back(random.symmetric());
        for (int i = 0; i < kGated; ++i) gate.push_back(random.symmetric());
    }

    struct Outputs {
        explicit Outputs(int rows)
            : ternary(rows, kTernary, kSentinel), gated(rows, kGated, kSentinel), dense(rows, kDense, kSentinel) {
            for (int r = 0; r < rows; ++r) std::fill_n(gated.row(r), kGated, 0.5f);
        }
        PaddedRows ternary, gated, dense;
    };

    Status run(Ops& ops, Outputs& y, Precision precision) const {
        LinearJob jobs[3];
        jobs[0] = {.weight = {WeightFormat::T3, kTernary, kInputs, ternaryTiles.data()},
                   .bias = bias.data(),
                   .y = view(y.ternary)};
        jobs[1] = {
            .weight = {WeightFormat::Q4, kGated, kInputs, nibbleTiles.data()}, .gate = gate.data(), .y = view(y.gated)};
        jobs[2] = {.weight = {WeightFormat::BF16, kDense, kInputs, denseBytes.data()}, .y = view(y.dense)};
        return ops.linear(view(x), jobs, precision);
    }

    PaddedRows x;
    CodedMatrix ternary, nibbles;
    std::vector<std::byte> ternaryTiles, nibbleTiles, denseBytes;
    std::vector<float> dense, bias, gate;
};

class LinearOps : public testing::TestWithParam<const kernels::KernelSet*> {};

TEST_P(LinearOps, JobsAgreeWithOracle) {
    for (const Precision precision : {Precision::Int7, Precision::Int8, Precision::Int15}) {
        const ActivationBits others = precision == Precision::Int15 ? ActivationBits::Int15 : ActivationBits::Int8;
        const ActivationBits bits = precision == Precision::Int7 ? ActivationBits::Int7 : others;
        for (const int rows : {1, 3, 30}) {
            const ThreeJobs jobs(rows);
            ThreeJobs::Outputs y(rows);
            const std::unique_ptr<Ops> ops = makeCpuOps(*GetParam(), 2, {});
            ASSERT_TRUE(jobs.run(*ops, y, precision));
            const OracleResult ternary = oracle(QuantizedOracle(jobs.x, bits), jobs.ternary);
            const OracleResult gated = oracle(QuantizedOracle(jobs.x, others), jobs.nibbles);
            const OracleResult dense = denseOracle(jobs.x, jobs.dense, ThreeJobs::kDense);
            // As in the tests of the kernels, with room for bias, gate and residual.
            const auto near = [](float got, double want, const OracleResult& of, std::size_t at) {
                return std::fabs(got - want) <= (2.0 * of.terms + 12.0) * 0x1p-24 * (of.magnitude[at] + 2.0);
            };
            for (int r = 0; r < rows; ++r) {
                for (int c = 0; c < ThreeJobs::kTernary; ++c) {
                    const std::size_t at = static_cast<std::size_t>(r) * ThreeJobs::kTernary + c;
                    ASSERT_TRUE(near(y.ternary.row(r)[c], ternary.y[at] + jobs.bias[c], ternary, at)) << r << ", " << c;
                }
                for (int c = 0; c < ThreeJobs::kGated; ++c) {
                    const std::size_t at = static_cast<std::size_t>(r) * ThreeJobs::kGated + c;
                    ASSERT_TRUE(near(y.gated.row(r)[c], 0.5 + jobs.gate[c] * gated.y[at], gated, at)) << r << ", " << c;
                }
                for (int c = 0; c < ThreeJobs::kDense; ++c) {
                    const std::size_t at = static_cast<std::size_t>(r) * ThreeJobs::kDense + c;
                    ASSERT_TRUE(near(y.dense.row(r)[c], dense.y[at], dense, at)) << r << ", " << c;
                }
            }
            EXPECT_TRUE(y.ternary.paddingUntouched() && y.gated.paddingUntouched() && y.dense.paddingUntouched());
        }
    }
}

TEST_P(LinearOps, AnyNumberOfThreadsGivesTheSameBits) {
    constexpr int kRows = 67;
    const ThreeJobs jobs(kRows);
    ThreeJobs::Outputs one(kRows);
    ASSERT_TRUE(jobs.run(*makeCpuOps(*GetParam(), 1, {}), one, Precision::Int8));
    for (const int threads : {2, 3, 7}) {
        ThreeJobs::Outputs many(kRows);
        ASSERT_TRUE(jobs.run(*makeCpuOps(*GetParam(), threads, {}), many, Precision::Int8));
        EXPECT_EQ(one.ternary.data, many.ternary.data);
        EXPECT_EQ(one.gated.data, many.gated.data);
        EXPECT_EQ(one.dense.data, many.dense.data);
    }
}

// Minutes of work for the scalar set; the cutting up is the same for all. Without another set, it has to do it.
std::vector<const kernels::KernelSet*> quickSets() {
    std::vector<const kernels::KernelSet*> sets = linearSets();
    if (sets.size() > 1)
        std::erase_if(sets, [](const kernels::KernelSet* set) { return set->name == "scalar"; });
    return sets;
}

class LargeLinear : public LinearOps {};

// k is decoded in pieces from 4608 inputs on, and rows are taken in pieces when their packed form is large.
TEST_P(LargeLinear, KAndManyRows) {
    constexpr int kInputs = 9216, kChannels = 33, kRows = 2500, kChecked = 7;
    PaddedRows x = randomRows(kRows, kInputs, 8);
    const CodedMatrix weight = randomMatrix(WeightFormat::T3, kChannels, kInputs, 9);
    const std::vector<std::byte> tiles = encodeTiles(weight);
    PaddedRows y(kRows, kChannels, kSentinel);
    const LinearJob job{.weight = {WeightFormat::T3, kChannels, kInputs, tiles.data()}, .y = view(y)};
    ASSERT_TRUE(makeCpuOps(*GetParam(), 2, {})->linear(view(x), {&job, 1}, Precision::Int8));
    for (const int first : {0, 1000, 2300, kRows - kChecked}) {
        PaddedRows some(kChecked, kInputs);
        for (int r = 0; r < kChecked; ++r) std::copy_n(x.row(first + r), kInputs, some.row(r));
        const OracleResult expected = oracle(QuantizedOracle(some, ActivationBits::Int8), weight);
        for (int r = 0; r < kChecked; ++r) {
            for (int c = 0; c < kChannels; ++c) {
                const std::size_t at = static_cast<std::size_t>(r) * kChannels + c;
                const double tolerance = (expected.terms + 8.0) * 0x1p-24 * expected.magnitude[at];
                ASSERT_NEAR(y.row(first + r)[c], expected.y[at], tolerance) << first + r << ", " << c;
            }
        }
    }
    EXPECT_TRUE(y.paddingUntouched());
}

INSTANTIATE_TEST_SUITE_P(Sets, LinearOps, testing::ValuesIn(linearSets()),
                         [](const auto& parameter) { return std::string(parameter.param->name); });
INSTANTIATE_TEST_SUITE_P(Sets, LargeLinear, testing::ValuesIn(quickSets()),
                         [](const auto& parameter) { return std::string(parameter.param->name); });

std::atomic<int> multiplications{0};
const kernels::LinearKernels* counted = nullptr;

// The kernels that were asked for are the ones that run.
TEST(LinearOpsDispatch, RunsTheGivenKernels) {
    for (const kernels::KernelSet* set : linearSets()) {
        kernels::LinearKernels table = *set->linear;
        counted = set->linear;
        table.multiply = [](const kernels::PanelProduct& product) {
            ++multiplications;
            counted->multiply(product);
        };
        const kernels::KernelSet wrapped{set->name, set->description, &table, set->floats};
        multiplications = 0;
        const ThreeJobs jobs(5);
        ThreeJobs::Outputs y(5);
        ASSERT_TRUE(jobs.run(*makeCpuOps(wrapped, 2, {}), y, Precision::Int8));
        const int blocks = (5 + set->linear->rowBlock - 1) / set->linear->rowBlock;
        EXPECT_EQ(multiplications, blocks * (7 + 3)) << set->name;  // tile columns of 200 and of 96 channels
    }
}

TEST(LinearOpsErrors, CancelledWhenAskedToStop) {
    std::stop_source source;
    source.request_stop();
    const ThreeJobs jobs(20);
    ThreeJobs::Outputs y(20);
    const Status status =
        jobs.run(*makeCpuOps(*kernels::supportedKernelSets().front(), 2, source.get_token()), y, Precision::Int8);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::Cancelled);
}

TEST(LinearOpsErrors, ShapesThatDoNotFitAreRefused) {
    const ThreeJobs jobs(2);
    ThreeJobs::Outputs y(2);
    const std::unique_ptr<Ops> ops = makeCpuOps(*kernels::supportedKernelSets().front(), 1, {});
    const LinearJob good{
        .weight = {WeightFormat::T3, ThreeJobs::kTernary, ThreeJobs::kInputs, jobs.ternaryTiles.data()},
        .y = view(y.ternary)};
    std::vector<LinearJob> bad(4, good);
    bad[0].weight.k = 256;
    bad[1].y.cols -= 1;
    bad[2].y.rows = 1;
    bad[3].weight.data = nullptr;
    for (const LinearJob& job : bad) {
        const Status status = ops->linear(view(jobs.x), {&job, 1}, Precision::Int8);
        ASSERT_FALSE(status);
        EXPECT_EQ(status.error().code, ErrorCode::Internal);
    }
    EXPECT_TRUE(ops->linear(view(jobs.x), {&good, 1}, Precision::Int8));
}

}  // namespace
}  // namespace penjing::test
