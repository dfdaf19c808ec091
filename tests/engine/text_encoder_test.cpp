#include "text_encoder/text_encoder.h"

#include <gtest/gtest.h>

#include "model_support.h"
#include "reference_ops.h"

namespace penjing::test {
namespace {

// What must hold of the encoder's graph whatever the weights, in plain arithmetic on the tiny random model.
class TextEncoderGraph : public testing::Test {
protected:
    static constexpr int kTokens = 8;

    std::vector<float> run(const std::vector<int>& tokens, int realTokens) {
        const int width = encoder.config().conditioningWidth();
        Result<Workspace> workspace = Workspace::reserve(TextEncoder::workspaceFloats(encoder.config(), kTokens));
        std::vector<float> result(static_cast<std::size_t>(kTokens * width));
        EXPECT_TRUE(
            encoder
                .encode(ops, Precision::Int15, *workspace, tokens, realTokens, {result.data(), kTokens, width, width})
                .ok());
        return result;
    }
    std::vector<float> row(const std::vector<float>& conditioning, int index) const {
        const auto first = conditioning.begin() + index * encoder.config().conditioningWidth();
        return {first, first + encoder.config().conditioningWidth()};
    }

    Model model = openModel(tinyPack());
    TextEncoder encoder{model.pack()};
    ReferenceOps ops;
    const std::vector<int> ids{2, 7, 9, 11, 3, 0, 0, 0};
};

TEST_F(TextEncoderGraph, RealTokensDoNotSeePaddingOrWhatFollowsThem) {
    const std::vector<float> base = run(ids, 5);
    std::vector<int> otherPadding = ids;
    otherPadding[6] = 13;
    const std::vector<float> padded = run(otherPadding, 5);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(row(base, i), row(padded, i)) << i;

    std::vector<int> otherEnd = ids;
    otherEnd[4] = 17;
    const std::vector<float> ended = run(otherEnd, 5);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(row(base, i), row(ended, i)) << "causal: " << i;
    EXPECT_NE(row(base, 4), row(ended, 4));
}

TEST_F(TextEncoderGraph, PaddingRowsSeeRealTokensButNotEachOther) {
    const std::vector<float> base = run(ids, 5);
    std::vector<int> otherPadding = ids;
    otherPadding[5] = 13;
    const std::vector<float> padded = run(otherPadding, 5);
    EXPECT_NE(row(base, 5), row(padded, 5));
    EXPECT_EQ(row(base, 6), row(padded, 6));

    std::vector<int> otherWord = ids;
    otherWord[1] = 19;
    EXPECT_NE(row(base, 7), row(run(otherWord, 5), 7));
}

TEST_F(TextEncoderGraph, MaskedPaddingIsNotTheSameAsRealTokens) {
    EXPECT_GT(relativeError(row(run(ids, 8), 7), row(run(ids, 5), 7)), 1e-3);
}

TEST_F(TextEncoderGraph, PositionsMatter) {
    const std::vector<int> swapped{2, 9, 7, 11, 3, 0, 0, 0};
    EXPECT_GT(relativeError(row(run(swapped, 5), 4), row(run(ids, 5), 4)), 1e-3);
}

TEST_F(TextEncoderGraph, TooSmallAWorkspaceIsAnInternalError) {
    const int width = encoder.config().conditioningWidth();
    Result<Workspace> workspace = Workspace::reserve(TextEncoder::workspaceFloats(encoder.config(), kTokens) - 128);
    std::vector<float> result(static_cast<std::size_t>(kTokens * width));
    const Status status =
        encoder.encode(ops, Precision::Int15, *workspace, ids, 5, {result.data(), kTokens, width, width});
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::Internal);
}

}  // namespace
}  // namespace penjing::test
