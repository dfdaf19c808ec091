#include "pipeline/memory_plan.h"

#include "cpu/linear_scratch.h"
#include "model_support.h"

namespace penjing::test {
namespace {

// Small pictures of a text that is not short: a step of the transformer is the hungriest phase.
class MemoryPlanTest : public testing::Test {
protected:
    void SetUp() override {
        auto pack = Pack::open(tinyPack());
        ASSERT_TRUE(pack) << pack.error().message;
        pack_ = *pack;
    }
    std::uint64_t activations(int textTokens, Precision precision, bool tables) const {
        Drawing drawing;
        drawing.gridWidth = drawing.gridHeight = kGrid;
        drawing.width = drawing.height = kGrid * pack_->config().vae.pixelsPerToken();
        drawing.textTokens = textTokens;
        return planMemory(*pack_, drawing, {1, precision, tables, 0}).activations;
    }
    // Into the linear that ends a single-stream block: attention's result beside the feed-forward's.
    int widestInput() const { return pack_->config().transformer.hidden() + pack_->config().transformer.mlpHidden(); }
    std::uint64_t valuesOf(int textTokens) const {
        return static_cast<std::uint64_t>(textTokens + kGrid * kGrid) * static_cast<std::uint64_t>(widestInput());
    }
    static std::uint64_t codes(std::uint64_t values) { return values + values / 16; }  // bytes, and a float per 64

    static constexpr int kGrid = 2;
    std::shared_ptr<const Pack> pack_;
};

TEST_F(MemoryPlanTest, SevenBitsWithoutLookupsTakeWhatEightTake) {
    EXPECT_EQ(activations(100, Precision::Int7, false), activations(100, Precision::Int8, true));
    EXPECT_EQ(activations(100, Precision::Int8, false), activations(100, Precision::Int8, true));
}

TEST_F(MemoryPlanTest, TablesOfFewRowsTakeNineBytesAValue) {
    const std::uint64_t values = valuesOf(1000);
    EXPECT_EQ(activations(1000, Precision::Int7, true) - activations(1000, Precision::Int7, false),
              9 * values - codes(values));
}

TEST_F(MemoryPlanTest, TablesOfManyRowsAreMadeInPieces) {
    constexpr int kTokens = 30000;  // so long a text makes its encoder the hungriest phase: 35 MB in tables
    const int inputs = pack_->config().textEncoder.intermediateSize;
    const std::uint64_t values = std::uint64_t{kTokens} * static_cast<std::uint64_t>(inputs);
    const std::uint64_t most = packedTablesAtMost(inputs);
    ASSERT_GT(9 * values, most);
    EXPECT_EQ(activations(kTokens, Precision::Int7, true) - activations(kTokens, Precision::Int7, false),
              most - codes(values));
}

TEST_F(MemoryPlanTest, TwoPlanesTakeTwice) {
    const std::uint64_t values = valuesOf(1000);
    EXPECT_EQ(activations(1000, Precision::Int15, false) - activations(1000, Precision::Int8, false), values);
}

}  // namespace
}  // namespace penjing::test
