#include <gtest/gtest.h>

#include "batch_request.h"
#include "output_name.h"
#include "parse_arguments.h"

namespace penjing::cli {
namespace {

TEST(ParseArguments, IntegersAreDecimalWholeAndInRange) {
    EXPECT_EQ(*parseInteger("--steps", "16", 1, 1000), 16);
    EXPECT_EQ(*parseInteger("--steps", "010", 1, 1000), 10);  // not octal
    for (const char* wrong :
         {"", "0", "1001", "1000000000", "99999999999999999999", "-1", "+5", "1e2", "4.0", " 4", "4 ", "0x10", "four"})
        EXPECT_FALSE(parseInteger("--steps", wrong, 1, 1000)) << wrong;
    EXPECT_EQ(parseInteger("--steps", "0", 1, 1000).error().code, ErrorCode::Usage);
    EXPECT_NE(parseInteger("--steps", "0", 1, 1000).error().message.find("--steps"), std::string::npos);
}

TEST(ParseArguments, SeedsHave64Bits) {
    EXPECT_EQ(*parseSeed("--seed", "18446744073709551615"), 18446744073709551615u);
    EXPECT_FALSE(parseSeed("--seed", "18446744073709551616"));
    EXPECT_FALSE(parseSeed("--seed", "-1"));
}

TEST(ParseArguments, Sizes) {
    const auto size = parseSize("256x128");
    ASSERT_TRUE(size);
    EXPECT_EQ(size->width, 256);
    EXPECT_EQ(size->height, 128);
    for (const char* wrong : {"", "x", "256", "256x", "x256", "0x0", "256x0", "-16x16", "16x-16", "100000x16",
                              "16x100000", "16X16", "16x16x16", "16 x 16", "nanxnan"})
        EXPECT_FALSE(parseSize(wrong)) << wrong;
}

TEST(ParseArguments, GuidanceIsFinite) {
    EXPECT_EQ(*parseGuidance("3.5"), 3.5);
    for (const char* wrong : {"", "nan", "NaN", "inf", "-inf", "-1", "1e999", "3,5"})
        EXPECT_FALSE(parseGuidance(wrong)) << wrong;
}

TEST(ParseArguments, StrengthsAreAboveZeroAndAtMostOne) {
    EXPECT_EQ(*parseStrength("--variation-strength", "0.25"), 0.25);
    EXPECT_EQ(*parseStrength("--variation-strength", "1"), 1.0);
    for (const char* wrong : {"", "0", "-0.1", "1.01", "nan", "inf", "20%", "0,2"})
        EXPECT_FALSE(parseStrength("--variation-strength", wrong)) << wrong;
}

TEST(OutputName, SlugsAreReadableFileNames) {
    EXPECT_EQ(slug("A Red Apple!"), "a-red-apple");
    EXPECT_EQ(slug("  two   cats, 3 dogs  "), "two-cats-3-dogs");
    EXPECT_EQ(slug("../../etc/passwd"), "etc-passwd");
    EXPECT_EQ(slug("..."), "picture");
    EXPECT_EQ(slug(""), "picture");
    EXPECT_EQ(slug("盆景 tree"), "盆景-tree");
}

TEST(OutputName, LongSlugsAreCutBetweenCharacters) {
    std::string prompt;
    for (int i = 0; i < 100; ++i) prompt += "景";  // three bytes each
    EXPECT_EQ(slug("a" + prompt).size(), 58u);     // 1 + 19 · 3 <= 60
    EXPECT_LE(slug(std::string(100000, 'b')).size(), 60u);
}

TEST(OutputName, Derived) {
    EXPECT_EQ(outputName("a red apple", 7, 0), "a-red-apple-7.png");
    EXPECT_EQ(outputName("a red apple", 7, 1), "a-red-apple-7-2.png");
    EXPECT_EQ(numbered("out/apple.png", 3), "out/apple-3.png");
    EXPECT_EQ(previewName("out/apple.png"), "out/apple.preview.png");
}

TEST(BatchRequest, ReadsEveryKey) {
    const auto request = parseBatchRequest(
        R"({"prompt": "a cat", "seed": 5, "steps": 4, "size": "64x32", "guidance": 2.5, "out": "cat.png"})", {});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->generate.prompt, "a cat");
    EXPECT_EQ(request->generate.seed, 5u);
    EXPECT_TRUE(request->seedGiven);
    EXPECT_EQ(request->generate.steps, 4);
    EXPECT_EQ(request->generate.width, 64);
    EXPECT_EQ(request->generate.height, 32);
    EXPECT_EQ(*request->generate.guidance, 2.5);
    EXPECT_EQ(*request->out, "cat.png");
}

TEST(BatchRequest, ReadsVariationsAndEarlyEnds) {
    const auto request = parseBatchRequest(
        R"({"prompt": "x", "variation_seed": "18446744073709551615", "variation_strength": 0.2, "stop_after": 3,)"
        R"( "compact_text": true})",
        {});
    ASSERT_TRUE(request);
    EXPECT_EQ(request->generate.variation, (Variation{~0ull, 0.2}));
    EXPECT_EQ(request->generate.stopAfterStep, 3);
    EXPECT_TRUE(request->generate.compactText);
    EXPECT_FALSE(parseBatchRequest(R"({"prompt": "x"})", {})->generate.variation);
}

TEST(BatchRequest, TakesTheRestFromTheDefaults) {
    GenerateRequest defaults;
    defaults.steps = 9;
    defaults.width = 48;
    const auto request = parseBatchRequest(R"({"prompt": "a cat", "height": 16})", defaults);
    ASSERT_TRUE(request);
    EXPECT_FALSE(request->seedGiven);
    EXPECT_EQ(request->generate.steps, 9);
    EXPECT_EQ(request->generate.width, 48);
    EXPECT_EQ(request->generate.height, 16);
    EXPECT_FALSE(request->out);
}

TEST(BatchRequest, SeedsOf64BitsAsNumberOrText) {
    EXPECT_EQ(parseBatchRequest(R"({"prompt": "x", "seed": 18446744073709551615})", {})->generate.seed, ~0ull);
    EXPECT_EQ(parseBatchRequest(R"({"prompt": "x", "seed": "18446744073709551615"})", {})->generate.seed, ~0ull);
}

TEST(BatchRequest, RefusesWhatItDoesNotUnderstand) {
    for (const char* wrong : {"",
                              "null",
                              "[]",
                              "7",
                              "{",
                              "{}",
                              R"({"seed": 1})",
                              R"({"prompt": 7})",
                              R"({"prompt": ""})",
                              R"({"prompt": "x", "seed": -1})",
                              R"({"prompt": "x", "seed": 1.5})",
                              R"({"prompt": "x", "steps": 0})",
                              R"({"prompt": "x", "steps": 1e9})",
                              R"({"prompt": "x", "steps": 1000000000000})",
                              R"({"prompt": "x", "width": 0})",
                              R"({"prompt": "x", "size": [64, 64]})",
                              R"({"prompt": "x", "size": "0x0"})",
                              R"({"prompt": "x", "guidance": "high"})",
                              R"({"prompt": "x", "guidance": -1})",
                              R"({"prompt": "x", "out": 1})",
                              R"({"prompt": "x", "variation_seed": 1})",
                              R"({"prompt": "x", "variation_strength": 0.5})",
                              R"({"prompt": "x", "variation_seed": -1, "variation_strength": 0.5})",
                              R"({"prompt": "x", "variation_seed": 1, "variation_strength": 0})",
                              R"({"prompt": "x", "variation_seed": 1, "variation_strength": 1.5})",
                              R"({"prompt": "x", "variation_seed": 1, "variation_strength": "0.5"})",
                              R"({"prompt": "x", "stop_after": 0})",
                              R"({"prompt": "x", "stop_after": 2.5})",
                              R"({"prompt": "x", "compact_text": "yes"})",
                              R"({"prompt": "x", "stpes": 4})",
                              "{\"prompt\": \"\xff\"}"}) {
        const auto request = parseBatchRequest(wrong, {});
        ASSERT_FALSE(request) << wrong;
        EXPECT_EQ(request.error().code, ErrorCode::Usage) << wrong;
    }
}

TEST(BatchRequest, DeepNestingIsHarmless) {
    EXPECT_FALSE(parseBatchRequest(std::string(200000, '['), {}));
    EXPECT_FALSE(parseBatchRequest(R"({"prompt": )" + std::string(200000, '[') + std::string(200000, ']') + "}", {}));
}

}  // namespace
}  // namespace penjing::cli
