#include "tokenizer/tokenizer.h"

#include <gtest/gtest.h>

#include <thread>

#include "synth/tokenizer_model.h"
#include "tokenizer/utf8.h"

namespace penjing {
namespace {

constexpr int kSpace = 260;  // of the byte tokenizer: after 4 specials and 256 bytes
int characterId(char c) {
    return kSpace + 1 + (c - '!');
}

Tokenizer byteTokenizer(int length = 16) {
    const std::string model = byteTokenizerModel();
    const TokenizerConfig config{"sentencepiece", 2, 3, 0, length};
    auto tokenizer = Tokenizer::load(std::as_bytes(std::span(model)), config, 384);
    EXPECT_TRUE(tokenizer.ok()) << tokenizer.error().message;
    return *tokenizer;
}

TEST(Tokenizer, FramesAndPadsThePieces) {
    const auto prompt = byteTokenizer(8).encode("ab c");
    ASSERT_TRUE(prompt.ok());
    EXPECT_EQ(prompt->ids,
              (std::vector<int>{2, kSpace, characterId('a'), characterId('b'), kSpace, characterId('c'), 3, 0}));
    EXPECT_EQ(prompt->realTokens, 7);
    EXPECT_FALSE(prompt->truncated);
}

TEST(Tokenizer, EmptyPromptIsBosAndEos) {
    const auto prompt = byteTokenizer(5).encode("");
    ASSERT_TRUE(prompt.ok());
    EXPECT_EQ(prompt->ids, (std::vector<int>{2, 3, 0, 0, 0}));
    EXPECT_EQ(prompt->realTokens, 2);
}

TEST(Tokenizer, KeepsEosWhenItTruncates) {
    const auto exact = byteTokenizer(6).encode("abc");  // a space and three letters
    ASSERT_TRUE(exact.ok());
    EXPECT_FALSE(exact->truncated);
    EXPECT_EQ(exact->ids.back(), 3);

    const auto longer = byteTokenizer(6).encode("abcd");
    ASSERT_TRUE(longer.ok());
    EXPECT_TRUE(longer->truncated);
    EXPECT_EQ(longer->ids, exact->ids);
}

TEST(Tokenizer, LongPromptsWork) {
    const auto prompt = byteTokenizer().encode(std::string(100'000, 'x'));
    ASSERT_TRUE(prompt.ok());
    EXPECT_TRUE(prompt->truncated);
    EXPECT_EQ(prompt->ids.size(), 16u);
    const auto tooLong = byteTokenizer().encode(std::string(2'000'000, 'x'));
    ASSERT_FALSE(tooLong.ok());
    EXPECT_EQ(tooLong.error().code, ErrorCode::Usage);
}

TEST(Tokenizer, ControlCharactersAreSpaces) {
    const Tokenizer tokenizer = byteTokenizer();
    const auto plain = tokenizer.encode("a b");
    for (const std::string text : {"a\tb", "a\nb",
                                   "a\x7f"
                                   "b",
                                   "a\xc2\x85"
                                   "b",
                                   "a\x1b"
                                   "b"}) {
        const auto prompt = tokenizer.encode(text);
        ASSERT_TRUE(prompt.ok());
        EXPECT_EQ(prompt->ids, plain->ids);
    }
    const auto zero = tokenizer.encode(std::string_view("a\0b", 3));
    ASSERT_TRUE(zero.ok());
    EXPECT_EQ(zero->ids, plain->ids);
}

TEST(Tokenizer, UnknownCharactersBecomeTheirBytes) {
    const auto prompt = byteTokenizer(8).encode("é");
    ASSERT_TRUE(prompt.ok());
    EXPECT_EQ(prompt->ids, (std::vector<int>{2, kSpace, 4 + 0xc3, 4 + 0xa9, 3, 0, 0, 0}));
}

TEST(Tokenizer, InvalidUtf8IsAUsageError) {
    for (const std::string text : {"\xff", "a\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"}) {
        EXPECT_FALSE(isUtf8(text));
        const auto prompt = byteTokenizer().encode(text);
        ASSERT_FALSE(prompt.ok());
        EXPECT_EQ(prompt.error().code, ErrorCode::Usage);
    }
    for (const std::string text : {"", "a", "é", "盆栽", "🌲", "\xf4\x8f\xbf\xbf", "\xee\x80\x80"})
        EXPECT_TRUE(isUtf8(text)) << text;
}

TEST(Tokenizer, RefusesWhatIsNotAModel) {
    const TokenizerConfig config{"sentencepiece", 2, 3, 0, 16};
    for (const std::string& bytes : {std::string(), std::string("not a model"), byteTokenizerModel().substr(0, 1000)}) {
        const auto tokenizer = Tokenizer::load(std::as_bytes(std::span(bytes)), config, 384);
        ASSERT_FALSE(tokenizer.ok());
        EXPECT_EQ(tokenizer.error().code, ErrorCode::ModelFile);
    }
    const std::string model = byteTokenizerModel();
    const auto tooMany = Tokenizer::load(std::as_bytes(std::span(model)), config, 300);
    ASSERT_FALSE(tooMany.ok());
    EXPECT_NE(tooMany.error().message.find("355"), std::string::npos);
}

TEST(Tokenizer, IsSafeToShareBetweenThreads) {
    const Tokenizer tokenizer = byteTokenizer();
    const auto expected = tokenizer.encode("a red apple")->ids;
    std::vector<std::thread> threads;
    std::vector<int> good(4, 0);
    for (std::size_t t = 0; t < good.size(); ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 200; ++i) good[t] += tokenizer.encode("a red apple")->ids == expected;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(good, std::vector<int>(4, 200));
}

}  // namespace
}  // namespace penjing
