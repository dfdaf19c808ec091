#include <nlohmann/json.hpp>
#include <sstream>

#include "program_test.h"

namespace penjing::test {
namespace {

using Json = nlohmann::json;

class ProgramBenchTest : public ProgramTest {
protected:
    std::vector<Json> bench(const std::vector<std::string>& arguments) {
        std::vector<std::string> all = {"bench"};
        all.insert(all.end(), arguments.begin(), arguments.end());
        all.push_back("--json");
        const Outcome outcome = penjing(all);
        EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
        std::vector<Json> lines;
        std::istringstream stream(outcome.out);
        for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
        return lines;
    }
};

TEST_F(ProgramBenchTest, GenerateHasTheStableKeys) {
    const auto lines = bench({"generate", "--preset", "tiny", "--threads", "1"});
    ASSERT_EQ(lines.size(), 2u);  // cold and warm
    for (const Json& line : lines) {
        EXPECT_EQ(line["bench"], "generate");
        EXPECT_EQ(line["threads"], 1);
        EXPECT_TRUE(line["size"].is_string());
        EXPECT_GT(line["steps"], 0);
        for (const char* phase : {"text", "denoise", "decode", "total"})
            EXPECT_GT(line["seconds"][phase], 0.0) << phase;
        EXPECT_GT(line["peak_resident_bytes"], line["peak_anonymous_bytes"]);
        EXPECT_GT(line["peak_anonymous_bytes"], 0);
        for (const char* phase : {"text", "denoise", "decode"}) {
            EXPECT_GT(line["peak_bytes"][phase]["anonymous"], 0) << phase;
            EXPECT_LE(line["peak_bytes"][phase]["anonymous"], line["peak_bytes"][phase]["resident"]) << phase;
        }
    }
    for (const char* kind : {"linear", "attention", "conv"}) {
        EXPECT_GT(lines[1]["percent_of_peak"][kind], 0.0) << kind;
        EXPECT_LT(lines[1]["percent_of_peak"][kind], 120.0) << kind;
    }
    for (const char* phase : {"text", "denoise", "decode", "picture"}) {
        EXPECT_GT(lines[1]["percent_of_peaks_together"][phase], 0.0) << phase;
        EXPECT_LT(lines[1]["percent_of_peaks_together"][phase], 100.0) << phase;
        EXPECT_GT(lines[1]["against_peaks_meanwhile"]["percent_of_peaks_together"][phase], 0.0) << phase;
    }
    const auto& phases = lines[1]["against_peaks_meanwhile"]["phases"];
    for (const char* phase : {"text", "denoise", "decode"}) {
        EXPECT_GE(phases[phase]["other_percent_of_time"], 0.0) << phase;
        EXPECT_LT(phases[phase]["other_percent_of_time"], 100.0) << phase;
    }
    EXPECT_GT(phases["text"]["linear"], 0.0);
    EXPECT_EQ(phases["text"]["conv"], 0.0);
    EXPECT_GT(phases["denoise"]["linear"], 0.0);
    EXPECT_GT(phases["decode"]["conv"], 0.0);
}

TEST_F(ProgramBenchTest, PhasesOfAModel) {
    for (const char* part : {"text", "step", "decode"}) {
        const auto lines = bench({part, "--model", testPack().string()});
        ASSERT_EQ(lines.size(), 2u) << part;
        for (const Json& line : lines) {
            EXPECT_EQ(line["bench"], part);
            EXPECT_GT(line["seconds"], 0.0);
        }
    }
}

TEST_F(ProgramBenchTest, LossOfThePrecisions) {
    const auto lines = bench({"precision", "--runs", "2", "--steps", "2"});
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0]["precision"], "int8");
    EXPECT_EQ(lines[1]["precision"], "int7");
    for (const Json& line : lines) {
        EXPECT_EQ(line["bench"], "precision");
        EXPECT_EQ(line["pictures"], 2);
        EXPECT_EQ(line["steps"], 2);
        EXPECT_GT(line["latent_error"], 0.0);
        EXPECT_LE(line["lowest_psnr"], line["mean_psnr"]);
        EXPECT_GT(line["lowest_psnr"], 30.0);
    }
    EXPECT_GT(lines[1]["latent_error"], lines[0]["latent_error"]) << "a bit less is less exact";
}

TEST_F(ProgramBenchTest, GemmOfAGivenShape) {
    const auto lines = bench({"gemm", "--shape", "20x256x96", "--seconds", "1", "--threads", "1"});
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines[0]["implementation"], "penjing");
    for (const Json& line : lines) {
        EXPECT_EQ(line["bench"], "gemm");
        EXPECT_EQ(line["M"], 20);
        EXPECT_EQ(line["K"], 256);
        EXPECT_EQ(line["N"], 96);
        EXPECT_EQ(line["threads"], 1);
        EXPECT_GT(line["gops"], 0.0);
        EXPECT_GE(line["fastest_gops"], line["gops"]);
        EXPECT_GT(line["fastest_percent_of_peak"], 0.0);
        EXPECT_GE(line["turns"], 5);
        EXPECT_LE(line["undisturbed_turns"], line["turns"]);
    }
}

TEST_F(ProgramBenchTest, ShapesThatCannotBe) {
    for (const char* shape : {"", "1x2", "0x128x1", "1x100x1", "1x128x1x", "1x128x99999999999", "-1x128x1"})
        EXPECT_EQ(penjing({"bench", "gemm", "--shape", shape}).exitCode, 2) << shape;
}

TEST_F(ProgramBenchTest, LeavesNoTemporaryPack) {
    RunOptions changed = options();
    changed.environment["TMPDIR"] = folder_.string();
    const Outcome outcome = penjing({"bench", "decode", "--preset", "tiny"}, changed);
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    EXPECT_TRUE(files().empty());
}

}  // namespace
}  // namespace penjing::test
