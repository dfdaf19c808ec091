#include <nlohmann/json.hpp>
#include <sstream>

#include "penjing/image.h"
#include "program_test.h"

namespace penjing::test {
namespace {

using Json = nlohmann::json;

class ProgramBatchTest : public ProgramTest {
protected:
    // Runs a batch from stdin; one JSON value per line of stdout.
    std::vector<Json> batch(const std::string& requests, int expectedExitCode,
                            const std::vector<std::string>& more = {}) {
        RunOptions changed = options();
        changed.input = requests;
        std::vector<std::string> arguments = {"generate", "--batch", "-"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const Outcome outcome = penjing(arguments, changed);
        EXPECT_EQ(outcome.exitCode, expectedExitCode) << outcome.err;
        std::vector<Json> lines;
        std::istringstream stream(outcome.out);
        for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
        return lines;
    }
};

const std::string threeRequests =
    "{\"prompt\": \"a cat\", \"seed\": 1, \"steps\": 1, \"out\": \"one.png\"}\n"
    "{\"prompt\": \"a dog\", \"seed\": 2, \"steps\": 1, \"out\": \"two.png\"}\n"
    "{\"prompt\": \"a dog\", \"seed\": 3, \"steps\": 1}";

TEST_F(ProgramBatchTest, ResultsInOrder) {
    const auto lines = batch(threeRequests, 0);
    ASSERT_EQ(lines.size(), 3u);
    EXPECT_EQ(lines[0]["file"], "one.png");
    EXPECT_EQ(lines[1]["file"], "two.png");
    EXPECT_EQ(lines[2]["file"], "a-dog-3.png");
    EXPECT_EQ(lines[2]["seed"], 3);
    EXPECT_EQ(files(), (std::vector<std::string>{"a-dog-3.png", "one.png", "two.png"}));
}

TEST_F(ProgramBatchTest, SamePictureAsGenerate) {
    batch(threeRequests, 0);
    ASSERT_EQ(penjing({"generate", "a dog", "--seed", "2", "--steps", "1", "-o", "alone.png"}).exitCode, 0);
    EXPECT_TRUE(readFile(path("two.png")) == readFile(path("alone.png")));
}

TEST_F(ProgramBatchTest, SecondRunSkipsWhatIsDone) {
    const auto first = batch(threeRequests, 0);
    std::filesystem::remove(path("two.png"));
    const auto second = batch(threeRequests, 0);
    ASSERT_EQ(second.size(), 3u);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(second[i]["skipped"], i != 1) << i;
        EXPECT_EQ(second[i]["file"], first[i]["file"]);
        EXPECT_EQ(second[i]["sha256"], first[i]["sha256"]);
    }
    EXPECT_EQ(files().size(), 3u);
}

TEST_F(ProgramBatchTest, AnotherRecipeIsNotSkipped) {
    batch("{\"prompt\": \"a cat\", \"seed\": 1, \"steps\": 1, \"out\": \"one.png\"}\n", 0);
    for (const char* other : {"{\"prompt\": \"a dog\", \"seed\": 1, \"steps\": 1, \"out\": \"one.png\"}\n",
                              "{\"prompt\": \"a dog\", \"seed\": 2, \"steps\": 1, \"out\": \"one.png\"}\n",
                              "{\"prompt\": \"a dog\", \"seed\": 2, \"steps\": 2, \"out\": \"one.png\"}\n",
                              "{\"prompt\": \"a dog\", \"seed\": 2, \"steps\": 2, \"guidance\": 1.25, "
                              "\"out\": \"one.png\"}\n",
                              "{\"prompt\": \"a dog\", \"seed\": 2, \"steps\": 2, \"stop_after\": 1, "
                              "\"out\": \"one.png\"}\n",
                              "{\"prompt\": \"a dog\", \"seed\": 2, \"steps\": 2, \"variation_seed\": 3, "
                              "\"variation_strength\": 0.1, \"out\": \"one.png\"}\n",
                              "{\"prompt\": \"a dog\", \"seed\": 2, \"steps\": 2, \"stop_after\": 2, "
                              "\"out\": \"one.png\"}\n"}) {
        EXPECT_EQ(batch(other, 0).at(0)["skipped"], false) << other;
        EXPECT_EQ(batch(other, 0).at(0)["skipped"], true) << other;
    }
}

TEST_F(ProgramBatchTest, WithoutASeedAnyPictureOfTheRecipeCounts) {
    const std::string request = "{\"prompt\": \"a cat\", \"steps\": 1, \"out\": \"one.png\"}\n";
    const auto first = batch(request, 0);
    const auto second = batch(request, 0);
    EXPECT_EQ(second.at(0)["skipped"], true);
    EXPECT_EQ(second.at(0)["seed"], first.at(0)["seed"]);
}

TEST_F(ProgramBatchTest, DamagedPictureIsDrawnAgain) {
    batch(threeRequests, 0);
    const std::string whole = readFile(path("one.png"));
    writeFile(path("one.png"), whole.substr(0, whole.size() / 2));
    EXPECT_EQ(batch(threeRequests, 0).at(0)["skipped"], false);
    EXPECT_TRUE(readFile(path("one.png")) == whole);
}

TEST_F(ProgramBatchTest, BadLinesAreReportedAndTheRestGoesOn) {
    const auto lines = batch(
        "not json\n"
        "\n"
        "{\"prompt\": \"a cat\", \"seed\": 1, \"steps\": 0}\n"
        "{\"prompt\": \"a cat\", \"seed\": 1, \"size\": \"17x17\"}\n"
        "{\"prompt\": \"a cat\", \"seed\": 1, \"steps\": 1, \"out\": \"nowhere/one.png\"}\r\n"
        "{\"prompt\": \"a cat\", \"seed\": 1, \"steps\": 1, \"out\": \"one.png\"}\n",
        5);
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_EQ(lines[0]["line"], 1);
    EXPECT_EQ(lines[0]["error"]["code"], 2);
    EXPECT_EQ(lines[1]["line"], 3);
    EXPECT_EQ(lines[1]["error"]["code"], 2);
    EXPECT_EQ(lines[2]["error"]["code"], 2);
    EXPECT_EQ(lines[3]["error"]["code"], 5);
    EXPECT_EQ(lines[4]["file"], "one.png");
}

TEST_F(ProgramBatchTest, OptionsAreDefaultsForTheLines) {
    const auto lines = batch("{\"prompt\": \"a cat\"}\n{\"prompt\": \"a cat\", \"steps\": 1}\n", 0, {"--steps", "2"});
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0]["steps"], 2);
    EXPECT_EQ(lines[1]["steps"], 1);
}

TEST_F(ProgramBatchTest, FromAFile) {
    writeFile(path("requests.jsonl"), threeRequests);
    const Outcome outcome = penjing({"generate", "--batch", "requests.jsonl"});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_EQ(lineCount(outcome.out), 3);
}

TEST_F(ProgramBatchTest, EmptyInput) {
    EXPECT_TRUE(batch("", 0).empty());
    EXPECT_TRUE(batch("\n\n", 0).empty());
}

TEST_F(ProgramBatchTest, EndlessLineIsOneError) {
    const auto lines = batch(std::string(3 << 20, 'x') + "\n{\"prompt\": \"a cat\", \"steps\": 1}\n", 2);
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0]["error"]["code"], 2);
    EXPECT_TRUE(lines[1].contains("file"));
}

}  // namespace
}  // namespace penjing::test
