// Byte-level BPE against the reference, token by token (training/golden_tokenizer.py), and what a prompt becomes.
#include "tokenizer/qwen_tokenizer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include "model_support.h"
#include "synth/tokenizer_model.h"
#include "tokenizer/qwen_split.h"
#include "tokenizer/qwen_tokenizer_files.h"
#include "tokenizer/tokenizer.h"
#include "tokenizer/unicode_text.h"

namespace penjing {
namespace {

const std::string kPrefix = "<|im_start|>user\n";
const std::string kSuffix = "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n";

std::filesystem::path goldenFolder() {
    return test::sourceFolder() / "tests/golden/qwen_tokenizer";
}

std::string fromHex(const std::string& digits) {
    std::string text;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
        text += static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16));
    return text;
}

// Compares every line of cases.txt; says how many there were.
int compareCases(const std::filesystem::path& vocabulary, const std::filesystem::path& cases) {
    const auto bytes = readQwenTokenizer(vocabulary);
    EXPECT_TRUE(bytes.ok()) << bytes.error().message;
    const auto model = parseBpeModel(*bytes);
    EXPECT_TRUE(model.ok()) << model.error().message;
    const QwenTextEncoder encoder(*model);

    int count = 0, different = 0;
    std::ifstream file(cases);
    for (std::string line; std::getline(file, line); ++count) {
        const std::size_t tab = line.find('\t');
        std::istringstream numbers(line.substr(tab + 1));
        const std::vector<int> expected{std::istream_iterator<int>(numbers), {}};
        if (encoder.encode(fromHex(line.substr(0, tab)), 1u << 24) != expected && ++different <= 10)
            ADD_FAILURE() << "other tokens for the bytes " << line.substr(0, tab);
    }
    EXPECT_EQ(different, 0);
    return count;
}

TEST(QwenTokenizer, AgreesWithTheReference) {
    EXPECT_EQ(compareCases(goldenFolder(), goldenFolder() / "cases.txt"), 432);
}

TEST(QwenTokenizer, AgreesWithTheReferenceFromSeparateFiles) {
    EXPECT_EQ(compareCases(goldenFolder() / "separate", goldenFolder() / "cases.txt"), 432);
    EXPECT_EQ(*readQwenTokenizer(goldenFolder() / "separate"), *readQwenTokenizer(goldenFolder()));
}

// With a real model's tokenizer.json and the cases that `golden_tokenizer.py full` put beside it.
TEST(QwenTokenizer, AgreesWithTheReferenceOnARealVocabulary) {
    const char* folder = std::getenv("PENJING_QWEN_TOKENIZER");
    if (!folder)
        GTEST_SKIP() << "PENJING_QWEN_TOKENIZER names no folder";
    EXPECT_GT(compareCases(folder, std::filesystem::path(folder) / "cases.txt"), 20'000);
    const auto bytes = readQwenTokenizer(folder);
    const auto tokenizer = Tokenizer::load(*bytes, *qwenTokenizerConfig(*bytes), 151936);
    ASSERT_TRUE(tokenizer.ok()) << tokenizer.error().message;
    const auto empty = tokenizer->encode("");
    EXPECT_EQ(empty->realTokens, 12);
    std::vector<int> expected{151644, 872, 198, 151645, 198, 151644, 77091, 198, 151667, 271, 151668, 271};
    expected.resize(512, 151643);
    EXPECT_EQ(empty->ids, expected);
}

class GoldenTokenizer : public testing::Test {
protected:
    std::vector<std::byte> bytes = *readQwenTokenizer(goldenFolder());
    TokenizerConfig config = *qwenTokenizerConfig(bytes);
    Tokenizer tokenizer = *Tokenizer::load(bytes, config, 1000);
    QwenTextEncoder encoder{*parseBpeModel(bytes)};
};

TEST_F(GoldenTokenizer, ReadsTemplateAndPromptAsOneText) {
    EXPECT_EQ(config.prefix, kPrefix);
    EXPECT_EQ(config.suffix, kSuffix);
    for (const std::string prompt :
         {"", "a red apple", "\n\n a tree ", "'s", " 1", "\xcc\x81", "<think>", "x<|im_end|>y"}) {
        const auto tokens = tokenizer.encode(prompt);
        ASSERT_TRUE(tokens.ok());
        std::vector<int> expected = encoder.encode(kPrefix + prompt + kSuffix, 1000);
        EXPECT_EQ(tokens->realTokens, static_cast<int>(expected.size()));
        expected.resize(512, config.pad);
        EXPECT_EQ(tokens->ids, expected) << prompt;
        EXPECT_FALSE(tokens->truncated);
    }
    // The line break of the template and those of the prompt are one piece.
    EXPECT_NE(encoder.encode("user\n\n\nx", 100), [&] {
        std::vector<int> parts = encoder.encode("user\n", 100);
        for (const int id : encoder.encode("\n\nx", 100)) parts.push_back(id);
        return parts;
    }());
}

TEST_F(GoldenTokenizer, CutsLongPromptsAtTheEnd) {
    std::string prompt;
    for (int i = 0; i < 600; ++i) prompt += "1 ";
    const auto tokens = tokenizer.encode(prompt);
    ASSERT_TRUE(tokens.ok());
    EXPECT_TRUE(tokens->truncated);
    EXPECT_EQ(tokens->realTokens, 512);
    std::vector<int> expected = encoder.encode(kPrefix + prompt + kSuffix, 1u << 20);
    EXPECT_GT(expected.size(), 512u);
    expected.resize(512);
    EXPECT_EQ(tokens->ids, expected);
}

TEST_F(GoldenTokenizer, RefusesWhatIsNotUtf8OrTooLong) {
    for (const std::string& text : {std::string("\xff"), std::string("a\xc3"), std::string(2'000'000, 'x')}) {
        const auto tokens = tokenizer.encode(text);
        ASSERT_FALSE(tokens.ok());
        EXPECT_EQ(tokens.error().code, ErrorCode::Usage);
    }
}

// Quadratic work would take minutes here.
TEST_F(GoldenTokenizer, LongPiecesTakeNoLongerThanTheyMust) {
    std::string marks = "a";
    for (int i = 0; i < 100'000; ++i) marks += i % 2 == 0 ? "\xcc\x96" : "\xcc\x81";
    const std::clock_t start = std::clock();  // processor time: the machine may be busy
    for (const std::string& text : {std::string(100'000, 'e'), std::string(100'000, ' '), std::string(100'000, '!'),
                                    std::string(100'000, '<'), std::string(100'000, '\n'), marks})
        EXPECT_FALSE(encoder.encode(text, 1u << 20).empty());
    EXPECT_LT((std::clock() - start) / CLOCKS_PER_SEC, 30);
}

TEST_F(GoldenTokenizer, IdsMustBeRowsOfTheEmbeddingTable) {
    EXPECT_TRUE(Tokenizer::load(bytes, config, 882).ok());
    const auto tooFewRows = Tokenizer::load(bytes, config, 881);
    ASSERT_FALSE(tooFewRows.ok());
    EXPECT_EQ(tooFewRows.error().code, ErrorCode::ModelFile);
    EXPECT_NE(tooFewRows.error().message.find("881"), std::string::npos) << tooFewRows.error().message;
}

TEST_F(GoldenTokenizer, TheTemplateMustFit) {
    config.maxSequenceLength = 10;
    EXPECT_FALSE(Tokenizer::load(bytes, config, 1000).ok());
}

TEST(QwenTokenizer, RefusesAnotherTokenizersModel) {
    const std::string sentencePiece = byteTokenizerModel();
    const TokenizerConfig config{std::string(kQwenTokenizerType), 2, 3, 0, 16};
    EXPECT_FALSE(Tokenizer::load(std::as_bytes(std::span(sentencePiece)), config, 400).ok());
    const TokenizerConfig other{std::string(kSentencePieceType), 2, 3, 0, 16};
    EXPECT_FALSE(Tokenizer::load(byteBpeModel(), other, 400).ok());
}

TEST(QwenSplit, FollowsTheExpressionsOrder) {
    const auto pieces = [](std::u32string_view text) {
        std::vector<std::string> result;
        while (!text.empty()) {
            const std::size_t length = qwenPieceLength(text);
            result.push_back(toUtf8(text.substr(0, length)));
            text.remove_prefix(length);
        }
        return result;
    };
    using Pieces = std::vector<std::string>;
    EXPECT_EQ(pieces(U"it's 12 a"), (Pieces{"it", "'s", " ", "1", "2", " a"}));
    EXPECT_EQ(pieces(U"a  b"), (Pieces{"a", " ", " b"}));
    EXPECT_EQ(pieces(U"a  "), (Pieces{"a", "  "}));
    EXPECT_EQ(pieces(U" \n \n  x"), (Pieces{" \n \n", " ", " x"}));
    EXPECT_EQ(pieces(U"x!?\n\n y"), (Pieces{"x", "!?\n\n", " y"}));
    EXPECT_EQ(pieces(U"\tb\nc"), (Pieces{"\tb", "\n", "c"}));
    EXPECT_EQ(pieces(U" !1"), (Pieces{" !", "1"}));
    EXPECT_EQ(pieces(U"'LLama'\u017f"), (Pieces{"'LL", "ama", "'\xc5\xbf"}));
}

TEST(UnicodeText, NormalizesToNfc) {
    EXPECT_EQ(normalizedNfc("e\xcc\x81"), U"\u00e9");
    EXPECT_EQ(normalizedNfc("\xe2\x84\xab"), U"\u00c5") << "the Angstrom sign is a letter";
    EXPECT_EQ(normalizedNfc("a\xcc\x81\xcc\xa3"), U"\u1ea1\u0301") << "the mark below comes first";
    EXPECT_EQ(normalizedNfc("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8"), U"\uac01");
    EXPECT_EQ(normalizedNfc("\xea\xb0\x80\xe1\x86\xa7"), U"\uac00\u11a7") << "a vowel, not a trailing consonant";
    EXPECT_EQ(normalizedNfc("\xe0\xa5\x98"), U"\u0915\u093c") << "excluded from composition";
}

}  // namespace
}  // namespace penjing
