#include "tokenizer/qwen_tokenizer_files.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "model_support.h"
#include "pack_support.h"

namespace penjing {
namespace {

using nlohmann::json;

std::filesystem::path goldenFolder() {
    return test::sourceFolder() / "tests/golden/qwen_tokenizer";
}

std::string textOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

json goldenDocument() {
    return json::parse(textOf(goldenFolder() / "tokenizer.json"));
}

void expectRefused(const json& document, const std::string& expected) {
    const auto model = parseQwenTokenizerJson(document.dump());
    ASSERT_FALSE(model.ok()) << expected;
    EXPECT_EQ(model.error().code, ErrorCode::ModelFile);
    EXPECT_NE(model.error().message.find(expected), std::string::npos) << model.error().message;
    EXPECT_EQ(model.error().message.find('\n'), std::string::npos);
}

TEST(QwenTokenizerFiles, MergesMayBeTextsOrPairs) {
    json document = goldenDocument();
    const auto expected = parseQwenTokenizerJson(document.dump());
    ASSERT_TRUE(expected.ok()) << expected.error().message;
    const bool arePairs = document["model"]["merges"][0].is_array();
    for (json& merge : document["model"]["merges"]) {
        if (arePairs) {
            merge = merge[0].get<std::string>() + " " + merge[1].get<std::string>();
            continue;
        }
        const auto text = merge.get<std::string>();
        merge = json::array({text.substr(0, text.find(' ')), text.substr(text.find(' ') + 1)});
    }
    const auto other = parseQwenTokenizerJson(document.dump());
    ASSERT_TRUE(other.ok()) << other.error().message;
    EXPECT_EQ(serializeBpeModel(*other), serializeBpeModel(*expected));
    EXPECT_EQ(expected->merges.size(), 600u);
    EXPECT_EQ(expected->specials.size(), 26u);
}

TEST(QwenTokenizerFiles, OtherTokenizersAreRefused) {
    const auto changed = [](const std::string& pointer, const json& value) {
        json document = goldenDocument();
        document[json::json_pointer(pointer)] = value;
        return document;
    };
    expectRefused(changed("/model/type", "WordPiece"), "not BPE");
    expectRefused(changed("/model/ignore_merges", true), "ignore_merges");
    expectRefused(changed("/model/byte_fallback", true), "byte_fallback");
    expectRefused(changed("/model/end_of_word_suffix", "</w>"), "end_of_word_suffix");
    expectRefused(changed("/model/dropout", 0.1), "dropout");
    expectRefused(changed("/normalizer", nullptr), "normalizer");
    expectRefused(changed("/normalizer", json{{"type", "NFKC"}}), "normalizer");
    expectRefused(changed("/pre_tokenizer", json{{"type", "ByteLevel"}}), "pre-tokenizer");
    expectRefused(changed("/pre_tokenizer/pretokenizers/0/pattern/Regex", "\\p{N}{1,3}"), "pre-tokenizer");
    expectRefused(changed("/pre_tokenizer/pretokenizers/1/add_prefix_space", true), "pre-tokenizer");
    expectRefused(changed("/added_tokens/0/lstrip", true), "lstrip");
    expectRefused(changed("/added_tokens/0/normalized", true), "normalized");
}

TEST(QwenTokenizerFiles, MergesAndVocabularyMustAgree) {
    json document = goldenDocument();
    document["model"]["merges"].push_back("x \xe6\x9c\xa8");
    expectRefused(document, "do not agree");
    document = goldenDocument();
    document["model"]["merges"].push_back("one two three");
    expectRefused(document, "not two tokens");
    document = goldenDocument();
    document["model"]["merges"].push_back(7);
    expectRefused(document, "merge");
    document = goldenDocument();
    std::swap(document["model"]["merges"].front(), document["model"]["merges"].back());
    expectRefused(document, "not made before");
    document = goldenDocument();
    document["model"]["vocab"].erase("!");
    expectRefused(document, "byte 33");
    document = goldenDocument();
    document["model"]["vocab"]["!"] = -1;
    expectRefused(document, "whole number");
    document = goldenDocument();
    document["model"]["vocab"]["!"] = document["model"]["vocab"]["?"];
    expectRefused(document, "taken");
    document = goldenDocument();
    document["added_tokens"][0]["id"] = 5;
    expectRefused(document, "taken");
}

TEST(QwenTokenizerFiles, WhatIsNotThereIsSaid) {
    const test::TemporaryFolder folder;
    const auto none = readQwenTokenizer(folder.path());
    ASSERT_FALSE(none.ok());
    EXPECT_EQ(none.error().code, ErrorCode::ModelFile);
    EXPECT_NE(none.error().message.find("merges.txt"), std::string::npos) << none.error().message;

    for (const std::string text : {"", "[]", "{}", "{\"model\": {\"type\": \"BPE\"}}", "{\"a\": 1, \"a\": 2}"}) {
        std::ofstream(folder / "tokenizer.json") << text;
        const auto damaged = readQwenTokenizer(folder.path());
        ASSERT_FALSE(damaged.ok()) << text;
        EXPECT_EQ(damaged.error().code, ErrorCode::ModelFile);
        EXPECT_NE(damaged.error().message.find("tokenizer.json: "), std::string::npos) << damaged.error().message;
    }
}

TEST(QwenTokenizerFiles, SpecialTokensOfSeveralFilesMustAgree) {
    const test::TemporaryFolder folder;
    for (const char* name : {"vocab.json", "merges.txt", "added_tokens.json"})
        std::filesystem::copy_file(goldenFolder() / "separate" / name, folder / name);
    const auto config = [&](int id) {
        const json token{{"content", "<think>"}, {"lstrip", false}, {"normalized", false}, {"special", false}};
        std::ofstream(folder / "tokenizer_config.json")
            << json{{"added_tokens_decoder", {{std::to_string(id), token}}}};
    };
    const int think = json::parse(textOf(folder / "added_tokens.json"))["<think>"];
    config(think);
    EXPECT_TRUE(readQwenTokenizer(folder.path()).ok());
    config(think + 1);
    const auto two = readQwenTokenizer(folder.path());
    ASSERT_FALSE(two.ok());
    EXPECT_NE(two.error().message.find("two ids"), std::string::npos) << two.error().message;
}

TEST(QwenTokenizerFiles, TheTemplatesTokensMustBeKnown) {
    auto model = *parseQwenTokenizerJson(goldenDocument().dump());
    EXPECT_TRUE(qwenTokenizerConfig(serializeBpeModel(model)).ok());
    std::erase_if(model.specials, [](const BpeSpecial& special) { return special.text == "<think>"; });
    const auto config = qwenTokenizerConfig(serializeBpeModel(model));
    ASSERT_FALSE(config.ok());
    EXPECT_NE(config.error().message.find("<think>"), std::string::npos);
}

}  // namespace
}  // namespace penjing
