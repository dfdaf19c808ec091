#include <algorithm>
#include <set>
#include <thread>

#include "cpu_ops_support.h"
#include "penjing/kernels/float.h"

namespace penjing::test {
namespace {

// Sums of this row depend on the order of addition, and so on the lanes and on whether products are fused.
std::vector<float> touchyRow() {
    std::vector<float> x(1000);
    for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = 1.0f + 0.37f * static_cast<float>(i % 97) + (i % 13 == 0 ? 1000.0f : 0.0f);
    return x;
}

std::vector<float> normOf(Ops& ops) {
    std::vector<float> x = touchyRow(), y(x.size());
    const std::vector<float> shift = randomFloats(x.size(), 1), scale = randomFloats(x.size(), 2);
    const int cols = static_cast<int>(x.size());
    EXPECT_TRUE(
        ops.layerNormModulate({x.data(), 1, cols, cols}, shift.data(), scale.data(), 1e-6f, {y.data(), 1, cols, cols})
            .ok());
    return y;
}

// The set that was asked for is the set that computes: same bits as its own table, other bits than the other sets.
TEST(CpuOpsControlTest, ForcedSetIsTheOneThatRuns) {
    const auto sets = kernels::supportedKernelSets();
    const std::vector<float> x = touchyRow(), shift = randomFloats(x.size(), 1), scale = randomFloats(x.size(), 2);
    std::set<std::vector<float>> distinct;
    std::set<const kernels::FloatKernels*> tables;
    for (const kernels::KernelSet* set : sets) {
        std::vector<float> direct(x.size());
        set->floats->layerNormModulate(x.data(), shift.data(), scale.data(), 1e-6f, static_cast<int>(x.size()),
                                       direct.data());
        const std::vector<float> viaOps = normOf(*makeCpuOps(*set, 1, {}));
        EXPECT_TRUE(sameBits(viaOps, direct)) << set->name;
        tables.insert(set->floats);
        distinct.insert(viaOps);
        const int lanes = set->name == "scalar" ? 4 : set->name.starts_with("avx512") ? 16 : 8;
        EXPECT_EQ(set->floats->lanes, lanes) << set->name;
    }
    // AVX-VNNI adds integer products only; its floats are AVX2's.
    const auto shared = std::ranges::count(sets, "avxvnni", &kernels::KernelSet::name);
    EXPECT_EQ(tables.size(), sets.size() - static_cast<std::size_t>(shared));
    std::set<int> widths;
    for (const kernels::KernelSet* set : sets) widths.insert(set->floats->lanes);
    EXPECT_EQ(distinct.size(), widths.size())
        << "sets of different width gave the same bits: did one run for the other?";
}

// Every operation answers Cancelled when the flag is up before it starts.
TEST(CpuOpsControlTest, StopFlagIsSeenByEveryOperation) {
    std::stop_source source;
    const auto ops = makeCpuOps(kernels::bestKernelSet(), 2, source.get_token());
    std::vector<float> a(4096, 1.0f), b(4096, 1.0f), weight(4096, 1.0f);
    const Mat x{a.data(), 8, 16, 16}, y{b.data(), 8, 16, 16};
    const Weight table{WeightFormat::F32, 16, 16, reinterpret_cast<const std::byte*>(weight.data())};
    const RopeTable rope{weight.data(), weight.data(), 8, 8};
    const std::vector<int> ids(8, 1);
    const auto runAll = [&] {
        std::vector<Status> all;
        all.push_back(ops->layerNormModulate(x, weight.data(), weight.data(), 1e-6f, y));
        all.push_back(ops->rmsNorm(x, weight.data(), 1e-6f, y));
        all.push_back(ops->headNormRope(x, 1, 16, weight.data(), 1e-6f, rope, 0, RopeLayout::HalfSplit));
        all.push_back(ops->attention({x, x, x, y, 1, 1, 16, 0.25f, false, -1}));
        all.push_back(ops->swiglu(x, x, y));
        all.push_back(ops->silu(x, y));
        all.push_back(ops->add(x, y));
        all.push_back(ops->embedding(table, ids, y));
        const Image2d image{a.data(), 4, 2, 16}, result{b.data(), 4, 2, 16};
        all.push_back(ops->conv2d({.weight = table, .kernel = 1, .x = image, .y = result}));
        all.push_back(ops->groupNorm(image, {4, weight.data(), weight.data(), 1e-6f}, result));
        return all;
    };
    for (const Status& status : runAll()) EXPECT_TRUE(status.ok());
    source.request_stop();
    int operation = 0;
    for (const Status& status : runAll()) {
        ASSERT_FALSE(status.ok()) << "operation " << operation;
        EXPECT_EQ(status.error().code, ErrorCode::Cancelled) << "operation " << operation;
        ++operation;
    }
}

// A flag raised in the middle of an attention of many tiles ends it long before its time.
TEST(CpuOpsControlTest, StopInTheMiddle) {
    std::stop_source source;
    const auto ops = makeCpuOps(*kernels::findKernelSet("scalar"), 1, source.get_token());
    const int tokens = 4096, width = 256;
    std::vector<float> q(static_cast<std::size_t>(tokens) * width, 0.01f), out(q.size());
    const Mat x{q.data(), tokens, width, width};
    const AttentionArgs args{x, x, x, {out.data(), tokens, width, width}, 2, 2, 128, 0.1f, false, -1};
    std::jthread stopper([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        source.request_stop();
    });
    const Status status = ops->attention(args);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::Cancelled);
    EXPECT_EQ(out.back(), 0.0f) << "the last tile was computed all the same";
}

// More scratch than there is address space: an error, not a crash. Nothing is read before scratch is there.
TEST(CpuOpsControlTest, MemoryError) {
#if defined(__SANITIZE_ADDRESS__)
    GTEST_SKIP() << "AddressSanitizer ends the process on such requests";
#endif
    const auto ops = makeCpuOps(kernels::bestKernelSet(), 1, {});
    const int channels = 200000;
    float nothing = 0.0f;
    ConvArgs args;
    args.weight = {WeightFormat::F32, 1 << 30, channels * 9, reinterpret_cast<const std::byte*>(&nothing)};
    args.x = {&nothing, 1, 1, channels};
    args.y = {&nothing, 1, 1, 1 << 30};
    const Status status = ops->conv2d(args);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::Memory);
}

}  // namespace
}  // namespace penjing::test
