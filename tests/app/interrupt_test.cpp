#include <csignal>
#include <filesystem>

#include "program_test.h"

namespace penjing::test {
namespace {

// Far more steps than a test waits for; a preview after the first one tells that the work has begun.
class ProgramInterruptTest : public ProgramTest {
protected:
    const std::vector<std::string> longRun_ = {"generate", "a cat",           "--steps", "1000", "--seed",
                                               "7",        "--preview-every", "1",       "-o",   "cat.png"};

    Outcome interruptedBy(int signal, int times) {
        RunningProgram program(longRun_, options());
        EXPECT_TRUE(waitForFile(program, path("cat.preview.png"), 120.0)) << program.wait().err;
        for (int i = 0; i < times; ++i) program.send(signal);
        return program.wait();
    }
};

TEST_F(ProgramInterruptTest, ControlCLeavesNothingBehind) {
    expectOneLineFailure(interruptedBy(SIGINT, 1), 130);
    EXPECT_TRUE(files().empty());
}

TEST_F(ProgramInterruptTest, TwiceIsTheSame) {
    expectOneLineFailure(interruptedBy(SIGINT, 2), 130);
    EXPECT_TRUE(files().empty());
}

TEST_F(ProgramInterruptTest, Terminated) {
    expectOneLineFailure(interruptedBy(SIGTERM, 1), 130);
    EXPECT_TRUE(files().empty());
}

TEST_F(ProgramInterruptTest, WhatWasThereStays) {
    writeFile(path("cat.png"), "the older picture");
    expectOneLineFailure(interruptedBy(SIGINT, 1), 130);
    EXPECT_EQ(readFile(path("cat.png")), "the older picture");
}

TEST_F(ProgramInterruptTest, BatchStopsAtTheRequestInWork) {
    RunOptions changed = options();
    changed.input =
        "{\"prompt\": \"a cat\", \"seed\": 1, \"steps\": 1, \"out\": \"first.png\"}\n"
        "{\"prompt\": \"a cat\", \"seed\": 2, \"steps\": 1000, \"out\": \"second.png\"}\n"
        "{\"prompt\": \"a cat\", \"seed\": 3, \"steps\": 1, \"out\": \"third.png\"}\n";
    RunningProgram program({"generate", "--batch", "-", "--preview-every", "1"}, changed);
    ASSERT_TRUE(waitForFile(program, path("second.preview.png"), 120.0));
    program.send(SIGINT);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exitCode, 130);
    EXPECT_EQ(lineCount(outcome.out), 2) << outcome.out;
    EXPECT_NE(outcome.out.find("\"code\":130"), std::string::npos) << outcome.out;
    EXPECT_EQ(files(), std::vector<std::string>{"first.png"});
}

class ProgramPackChangeTest : public ProgramInterruptTest {
protected:
    void SetUp() override {
        ProgramInterruptTest::SetUp();
        std::filesystem::copy_file(testPack(), path("model.penjing"));
    }
    // Starts the long run on a copy of the pack and calls `change` when it is drawing.
    template <typename Change>
    Outcome whileDrawing(int steps, const Change& change) {
        std::vector<std::string> arguments = longRun_;
        arguments[3] = std::to_string(steps);
        arguments.insert(arguments.end(), {"--model", "model.penjing"});
        RunningProgram program(arguments, options());
        EXPECT_TRUE(waitForFile(program, path("cat.preview.png"), 120.0)) << program.wait().err;
        change();
        return program.wait();
    }
};

TEST_F(ProgramPackChangeTest, TruncatedWhileDrawing) {
    const Outcome outcome = whileDrawing(1000, [this] { std::filesystem::resize_file(path("model.penjing"), 4096); });
    expectOneLineFailure(outcome, 3);
    EXPECT_EQ(files(), std::vector<std::string>{"model.penjing"});
}

// The mapping keeps a deleted file alive, so the picture may still be finished; then it is a whole one.
TEST_F(ProgramPackChangeTest, DeletedWhileDrawing) {
    const Outcome outcome = whileDrawing(40, [this] { std::filesystem::remove(path("model.penjing")); });
    if (outcome.exitCode == 0) {
        EXPECT_EQ(files(), std::vector<std::string>{"cat.png"});
    } else {
        expectOneLineFailure(outcome, 3);
        EXPECT_TRUE(files().empty());
    }
}

}  // namespace
}  // namespace penjing::test
