#include "tokenizer/bpe_model.h"

#include <gtest/gtest.h>

#include <functional>

#include "synth/tokenizer_model.h"
#include "tokenizer/bpe_encoder.h"

namespace penjing {
namespace {

// Bytes are their own ids; "ab", "abc" and "bc" in this order of ranks, and one special token.
BpeModel smallModel() {
    BpeModel model;
    for (std::uint32_t byte = 0; byte < 256; ++byte) model.byteIds[byte] = byte;
    model.merges = {{'a', 'b', 256}, {256, 'c', 257}, {'b', 'c', 258}};
    model.specials = {{300, "<end>"}};
    return model;
}

std::vector<int> encoded(const BpeModel& model, std::string_view piece) {
    std::vector<int> ids;
    BpeEncoder(model).encode(piece, ids);
    return ids;
}

TEST(BpeModel, SurvivesBeingWrittenAndRead) {
    const std::vector<std::byte> bytes = serializeBpeModel(smallModel());
    EXPECT_EQ(bytes.size(), 8u + 8u + 1024u + 3u * 12u + 8u + 5u);
    const auto again = parseBpeModel(bytes);
    ASSERT_TRUE(again.ok()) << again.error().message;
    EXPECT_EQ(again->byteIds['x'], static_cast<std::uint32_t>('x'));
    ASSERT_EQ(again->merges.size(), 3u);
    EXPECT_EQ(again->merges[1].left, 256u);
    EXPECT_EQ(again->merges[1].result, 257u);
    EXPECT_EQ(again->specials[0].text, "<end>");
    EXPECT_EQ(serializeBpeModel(*again), bytes);
    EXPECT_TRUE(parseBpeModel(byteBpeModel()).ok());
}

TEST(BpeModel, DamagedBytesAreRefusedInOneLine) {
    const std::vector<std::byte> good = serializeBpeModel(smallModel());
    for (std::size_t length = 0; length < good.size(); ++length) {
        const auto model = parseBpeModel(std::span(good).first(length));
        ASSERT_FALSE(model.ok()) << length;
        EXPECT_EQ(model.error().code, ErrorCode::ModelFile);
        EXPECT_EQ(model.error().message.find('\n'), std::string::npos);
    }
    std::vector<std::byte> more = good;
    more.push_back(std::byte{0});
    EXPECT_FALSE(parseBpeModel(more).ok());
    for (const std::size_t count : {8, 12}) {  // merges and specials: counts beyond what is there
        std::vector<std::byte> counts = good;
        for (std::size_t i = 0; i < 4; ++i) counts[count + i] = std::byte{0xff};
        EXPECT_FALSE(parseBpeModel(counts).ok());
    }
}

TEST(BpeModel, WhatDoesNotHangTogetherIsRefused) {
    const auto refused = [](const std::function<void(BpeModel&)>& change) {
        BpeModel model = smallModel();
        change(model);
        const auto parsed = parseBpeModel(serializeBpeModel(model));
        return !parsed && parsed.error().code == ErrorCode::ModelFile;
    };
    EXPECT_FALSE(refused([](BpeModel&) {}));
    EXPECT_TRUE(refused([](BpeModel& m) { m.byteIds[1] = 0; })) << "one id for two bytes";
    EXPECT_TRUE(refused([](BpeModel& m) { m.byteIds[1] = 0xffffffff; }));
    EXPECT_TRUE(refused([](BpeModel& m) { m.merges[0].left = 258; })) << "made by a later merge";
    EXPECT_TRUE(refused([](BpeModel& m) { m.merges[2].right = 999; })) << "made by none";
    EXPECT_TRUE(refused([](BpeModel& m) { m.merges[2].result = 256; })) << "made twice";
    EXPECT_TRUE(refused([](BpeModel& m) { m.merges[2].result = 'x'; })) << "a byte's";
    EXPECT_TRUE(refused([](BpeModel& m) { m.merges[2] = {'a', 'b', 258}; })) << "two results of one pair";
    EXPECT_TRUE(refused([](BpeModel& m) { m.specials[0].id = 256; }));
    EXPECT_TRUE(refused([](BpeModel& m) { m.specials[0].text = ""; }));
    EXPECT_TRUE(refused([](BpeModel& m) { m.specials[0].text = "\xff"; }));
    EXPECT_TRUE(refused([](BpeModel& m) { m.specials[0].text.assign(129, 'x'); }));
    EXPECT_TRUE(refused([](BpeModel& m) { m.specials.push_back({301, "<end>"}); }));
    EXPECT_TRUE(refused([](BpeModel& m) { m.specials.push_back({300, "<other>"}); }));
}

TEST(BpeEncoder, MergesByRankThenFromTheLeft) {
    const BpeModel model = smallModel();
    EXPECT_EQ(encoded(model, ""), std::vector<int>{});
    EXPECT_EQ(encoded(model, "a"), std::vector<int>{'a'});
    EXPECT_EQ(encoded(model, "abc"), std::vector<int>{257}) << "ab before bc, then abc";
    EXPECT_EQ(encoded(model, "bcab"), (std::vector<int>{258, 256}));
    EXPECT_EQ(encoded(model, "bbc"), (std::vector<int>{'b', 258}));
    EXPECT_EQ(encoded(model, "ababc"), (std::vector<int>{256, 257}));

    BpeModel runs = smallModel();
    runs.merges = {{'a', 'a', 256}, {256, 256, 257}};
    EXPECT_EQ(encoded(runs, "aaaaa"), (std::vector<int>{257, 'a'}));
    EXPECT_EQ(encoded(runs, "aaa"), (std::vector<int>{256, 'a'}));
}

}  // namespace
}  // namespace penjing
