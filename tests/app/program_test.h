#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "program.h"

namespace penjing::test {

// Runs the program in a scratch folder of its own, with the test pack as its model.
class ProgramTest : public ::testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "penjing-test-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    RunOptions options() const {
        RunOptions options;
        options.folder = folder_;
        options.environment["PENJING_MODEL"] = testPack().string();
        return options;
    }
    Outcome penjing(const std::vector<std::string>& arguments) const { return run(arguments, options()); }
    Outcome penjing(const std::vector<std::string>& arguments, const RunOptions& changed) const {
        return run(arguments, changed);
    }

    std::filesystem::path path(const std::string& name) const { return folder_ / name; }
    bool exists(const std::string& name) const { return std::filesystem::exists(path(name)); }
    // Names in the scratch folder, sorted.
    std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder_))
            names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }

    std::filesystem::path folder_;
};

inline long lineCount(const std::string& text) {
    return std::count(text.begin(), text.end(), '\n');
}

// What every failure looks like: this exit code, nothing on stdout, one line "penjing: ..." on stderr.
inline void expectOneLineFailure(const Outcome& outcome, int exitCode) {
    EXPECT_EQ(outcome.exitCode, exitCode) << "signal " << outcome.signal << ", stderr: " << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(lineCount(outcome.err), 1) << outcome.err;
    EXPECT_EQ(outcome.err.rfind("penjing: ", 0), 0u) << outcome.err;
}

}  // namespace penjing::test
