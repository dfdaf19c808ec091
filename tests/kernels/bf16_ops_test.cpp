#include <memory>

#include "bf16_support.h"
#include "cpu/cpu_ops.h"

namespace penjing::kernels::test {
namespace {

// The operations of the CPU backend on a set with bfloat16 products: which precision takes which functions, and that
// sharing out changes nothing.
class Bf16OpsTest : public EveryBf16Set {
protected:
    std::unique_ptr<Ops> ops(int threads) {
        set_ = {.name = "test", .description = "", .linear = GetParam().linear, .floats = GetParam().floats};
        return makeCpuOps(set_, threads, {});
    }
    std::unique_ptr<Ops> fp32Ops() { return makeCpuOps(*findKernelSet("avx512"), 2, {}); }

    static std::vector<float> attention(Ops& ops, Precision precision) {
        constexpr int kTokens = 301, kHeads = 3, kHeadDim = 40, kWidth = kHeads * kHeadDim;
        std::vector<float> q = randomFloats(kTokens * kWidth, 1), k = randomFloats(kTokens * kWidth, 2);
        std::vector<float> v = randomFloats(kTokens * kWidth, 3), out(q.size(), kNaN);
        const auto view = [](std::vector<float>& data) { return Mat{data.data(), kTokens, kWidth, kWidth}; };
        EXPECT_TRUE(ops.attention({.q = view(q),
                                   .k = view(k),
                                   .v = view(v),
                                   .out = view(out),
                                   .heads = kHeads,
                                   .kvHeads = kHeads,
                                   .headDim = kHeadDim,
                                   .scale = 0.158f,
                                   .precision = precision})
                        .ok());
        return out;
    }

    static std::vector<float> convolution(Ops& ops, Precision precision) {
        constexpr int kHeight = 21, kWidth = 50, kIn = 20, kOut = 70;
        std::vector<float> x = randomFloats(kHeight * kWidth * kIn, 4), weights = randomFloats(kOut * 9 * kIn, 5);
        std::vector<float> y = randomFloats(kHeight * kWidth * kOut, 6);
        EXPECT_TRUE(ops.conv2d({.weight = {WeightFormat::F32, kOut, 9 * kIn,
                                           reinterpret_cast<const std::byte*>(weights.data())},
                                .x = {x.data(), kHeight, kWidth, kIn},
                                .y = {y.data(), kHeight, kWidth, kOut},
                                .residual = y.data(),
                                .precision = precision})
                        .ok());
        return y;
    }

    // Largest difference and largest value.
    static std::pair<double, double> compare(const std::vector<float>& a, const std::vector<float>& b) {
        double difference = 0.0, size = 0.0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            EXPECT_FALSE(std::isnan(a[i]));
            difference = std::max(difference, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
            size = std::max(size, std::abs(static_cast<double>(a[i])));
        }
        return {difference, size};
    }

private:
    KernelSet set_;
};

TEST_P(Bf16OpsTest, AccuratePrecisionStaysInFp32) {
    if (findKernelSet("avx512") == nullptr)
        GTEST_SKIP() << "no fp32 set of the same vectors here";
    const auto backend = ops(2), fp32 = fp32Ops();
    EXPECT_EQ(attention(*backend, Precision::Int15), attention(*fp32, Precision::Int15));
    EXPECT_EQ(convolution(*backend, Precision::Int15), convolution(*fp32, Precision::Int15));
}

// The sets without bfloat16 take no notice of the precision.
TEST_P(Bf16OpsTest, SetsWithoutBfloat16DoNotCare) {
    for (const KernelSet* set : supportedKernelSets()) {
        if (set->floats->bf16Conv != nullptr)
            continue;
        const auto backend = makeCpuOps(*set, 2, {});
        if (set->floats->pairAttention == nullptr) {
            EXPECT_EQ(attention(*backend, Precision::Int8), attention(*backend, Precision::Int15)) << set->name;
        }
        EXPECT_EQ(convolution(*backend, Precision::Int8), convolution(*backend, Precision::Int15)) << set->name;
    }
}

// The default precision differs from fp32, so it is not fp32 under another name, but by no more than roundings to
// bfloat16 explain: of products whose sum of absolute values is far below 20 (attention: averages) and 300.
TEST_P(Bf16OpsTest, DefaultPrecisionTakesBfloat16) {
    const auto backend = ops(2);
    const auto [attended, attendedSize] =
        compare(attention(*backend, Precision::Int8), attention(*backend, Precision::Int15));
    EXPECT_GT(attended, 1e-5);
    EXPECT_LT(attended, 20.0 * kBf16Rounding);
    const auto [convolved, convolvedSize] =
        compare(convolution(*backend, Precision::Int8), convolution(*backend, Precision::Int15));
    EXPECT_GT(convolved, 1e-4);
    EXPECT_LT(convolved, 2.0 * 300.0 * kBf16Rounding);
    EXPECT_GT(convolvedSize, 10.0);
    EXPECT_GT(attendedSize, 0.1);
}

TEST_P(Bf16OpsTest, ThreadsDoNotChangeBits) {
    const auto one = ops(1);
    const std::vector<float> attended = attention(*one, Precision::Int8);
    const std::vector<float> convolved = convolution(*one, Precision::Int8);
    for (const int threads : {2, 5, 9}) {
        const auto many = ops(threads);
        EXPECT_EQ(attention(*many, Precision::Int8), attended) << threads;
        EXPECT_EQ(convolution(*many, Precision::Int8), convolved) << threads;
    }
    EXPECT_EQ(attention(*one, Precision::Int8), attended) << "scratch that is used again must not matter";
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Bf16OpsTest);
INSTANTIATE_TEST_SUITE_P(Sets, Bf16OpsTest, testing::ValuesIn(bf16Sets()), bf16SetName);

}  // namespace
}  // namespace penjing::kernels::test
