#include <nlohmann/json.hpp>

#include "penjing/image.h"
#include "program_test.h"

namespace penjing::test {
namespace {

class ProgramCompactTextTest : public ProgramTest {
protected:
    void SetUp() override {
        ProgramTest::SetUp();
        const Outcome made = penjing({"synth", "--preset", "tiny-klein", "-o", "klein.penjing"});
        EXPECT_EQ(made.exitCode, 0) << made.err;
    }

    std::vector<std::string> generate(const std::string& out, const std::vector<std::string>& more) const {
        std::vector<std::string> all{"generate", "a cat", "--model", "klein.penjing", "--seed", "3", "--steps",
                                     "1",        "-o",    out};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
};

TEST_F(ProgramCompactTextTest, DrawsAnotherPictureThatCanBeDrawnAgain) {
    ASSERT_EQ(penjing(generate("padded.png", {})).exitCode, 0);
    const Outcome drawn = penjing(generate("compact.png", {"--compact-text", "--json"}));
    ASSERT_EQ(drawn.exitCode, 0) << drawn.err;
    EXPECT_EQ(nlohmann::json::parse(drawn.out)["compact_text"], true);
    EXPECT_NE(readPng(path("compact.png"))->rgb, readPng(path("padded.png"))->rgb);
    EXPECT_TRUE((*readRecipe(path("compact.png")))->compactText);
    EXPECT_FALSE((*readRecipe(path("padded.png")))->compactText);

    const Outcome verified = penjing({"verify", "compact.png", "--model", "klein.penjing"});
    EXPECT_EQ(verified.exitCode, 0) << verified.out << verified.err;
    EXPECT_NE(penjing({"info", "compact.png"}).out.find("compact"), std::string::npos);
    EXPECT_EQ(penjing({"info", "padded.png"}).out.find("compact"), std::string::npos);
}

TEST_F(ProgramCompactTextTest, BatchesTellTheTwoApart) {
    RunOptions changed = options();
    changed.input = R"({"prompt": "a cat", "seed": 3, "steps": 1, "compact_text": true, "out": "a.png"})"
                    "\n"
                    R"({"prompt": "a cat", "seed": 3, "steps": 1, "out": "a.png"})";
    const Outcome outcome = penjing({"generate", "--batch", "-", "--model", "klein.penjing"}, changed);
    ASSERT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_EQ(outcome.out.find("\"skipped\":true"), std::string::npos) << "not the same picture";
    EXPECT_FALSE((*readRecipe(path("a.png")))->compactText);
    const Outcome again = penjing({"generate", "--batch", "-", "--model", "klein.penjing", "--compact-text"}, changed);
    EXPECT_EQ(again.exitCode, 0) << again.err;
    EXPECT_TRUE((*readRecipe(path("a.png")))->compactText) << "the option is the requests' default";
}

TEST_F(ProgramCompactTextTest, ModelsOfPaddedTextRefuseIt) {
    const Outcome outcome = penjing({"generate", "a cat", "--compact-text", "-o", "a.png"});
    EXPECT_EQ(outcome.exitCode, 2);
    EXPECT_NE(outcome.err.find("compact text"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace penjing::test
