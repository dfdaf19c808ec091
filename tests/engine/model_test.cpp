#include "penjing/model.h"

#include <gtest/gtest.h>

#include "model/word_list.h"
#include "pack/pack.h"
#include "pack_support.h"

namespace penjing {
namespace {

using Words = std::vector<std::string>;

World smallWorld() {
    World world;
    world.subjects = {{"apple", {"apple"}}, {"cherries", {"cherries"}}, {"palm tree", {"palm tree"}},
                      {"bus", {"bus"}},     {"fox", {"fox"}},           {"t-shirt", {"t-shirt", "shirt"}}};
    world.styles = {"flat", "3d"};
    world.colors = {"red"};
    world.words = {"a", "on", "the", "two", "background"};
    return world;
}

TEST(UnknownWords, KnowsWhatItWasShown) {
    const WordList words(smallWorld());
    EXPECT_EQ(words.unknownIn("A RED apple, on the (flat) background!"), Words{});
    EXPECT_EQ(words.unknownIn("two palm trees and a kraken in the tree"), Words{"kraken"});  // function words are not reported
    EXPECT_EQ(words.unknownIn("3D t-shirt; 3d-fox"), Words{});
    EXPECT_EQ(words.unknownIn(""), Words{});
    EXPECT_EQ(words.unknownIn(" ,.!? "), Words{});
}

TEST(UnknownWords, RegularPluralsAreTheSameWord) {
    const WordList words(smallWorld());
    EXPECT_EQ(words.unknownIn("apples foxes buses shirts"), Words{});
    EXPECT_EQ(words.unknownIn("cherry"), Words{});  // the list has the plural
    EXPECT_EQ(words.unknownIn("the apple's"), Words{});
    EXPECT_EQ(words.unknownIn("ass"), Words{"ass"});  // not the plural of "a" + "s"
}

TEST(UnknownWords, ReportsOnceAsTypedInOrder) {
    const WordList words(smallWorld());
    EXPECT_EQ(words.unknownIn("Zebra on 42 unicorns, zebra 盆栽"), (Words{"Zebra", "42", "unicorns", "盆栽"}));
}

TEST(Model, SaysWhatItIs) {
    const test::TemporaryFolder folder;
    test::writeFile(folder / "a.penjing", test::tinyPackBytes());
    const auto model = Model::open(folder / "a.penjing");
    ASSERT_TRUE(model.ok()) << model.error().message;
    const ModelInfo info = model->info();
    EXPECT_EQ(info.license, "CC0-1.0");
    EXPECT_EQ(info.hash, model->pack().modelHash());
    EXPECT_EQ(info.hash.size(), 64u);
    EXPECT_EQ(info.fileBytes, test::tinyPackBytes().size());
    EXPECT_EQ(info.defaultWidth, 64);
    EXPECT_EQ(info.sizeMultiple, 16);
    EXPECT_EQ(info.textTokens, 16);
    EXPECT_TRUE(info.subjects.empty());
    EXPECT_EQ(info.tensors.size(), model->pack().tensors().size());
    EXPECT_EQ(info.tensors.front().format, "bytes");
    // 1 double and 2 single blocks of width 128 with an MLP of 256, embedders, modulation, norms.
    const std::uint64_t doubleBlock = 8 * 128 * 128 + 2 * (512 * 128 + 128 * 256) + 4 * 64;
    const std::uint64_t singleBlock = (3 * 128 + 512) * 128 + 128 * 384 + 2 * 64;
    const std::uint64_t rest =
        128 * 128 + 128 * 128 + 2 * 768 * 128 + 384 * 128 + 128 * 16 + 128 * 256 + 256 * 128 + 16 * 128;
    EXPECT_EQ(info.transformerParameters, doubleBlock + 2 * singleBlock + rest);
    EXPECT_GT(info.bitsPerWeight, 1.75);
    EXPECT_LT(info.bitsPerWeight, 9.0);
    EXPECT_TRUE(model->verify().ok());
    EXPECT_TRUE(model->unknownWords("anything at all").empty());
}

TEST(Model, OpenFailsWithTheModelFileCode) {
    const auto model = Model::open("/nowhere/model.penjing");
    ASSERT_FALSE(model.ok());
    EXPECT_EQ(model.error().code, ErrorCode::ModelFile);
}

}  // namespace
}  // namespace penjing
