#include "program_test.h"

namespace penjing::test {
namespace {

class ProgramUsageTest : public ProgramTest {
protected:
    void expectUsageError(const std::vector<std::string>& arguments) {
        std::string shown;
        for (const auto& argument : arguments) shown += " " + argument.substr(0, 60);
        SCOPED_TRACE(shown);
        expectOneLineFailure(penjing(arguments), 2);
        EXPECT_TRUE(files().empty());
    }
};

TEST_F(ProgramUsageTest, CommandLinesThatMakeNoSense) {
    expectUsageError({});
    expectUsageError({"paint"});
    expectUsageError({"--flag"});
    expectUsageError({"generate"});
    expectUsageError({"generate", "a", "b"});
    expectUsageError({"generate", "a cat", "--stpes", "4"});
    expectUsageError({"generate", "a cat", "--steps"});
    expectUsageError({"generate", "a cat", "--batch", "x.jsonl"});
    expectUsageError({"generate", "--batch", "missing.jsonl"});
    expectUsageError({"generate", "--batch", "x.jsonl", "--variation-strength", "0.5"});
    expectUsageError({"generate", "a cat", "--variation-seed", "5"});
    expectUsageError({"generate", "a cat", "--variation-strength", "0"});
    expectUsageError({"generate", "a cat", "--variation-strength", "0.5", "--variation-seed", "x"});
    expectUsageError({"generate", "a cat", "--stop-after", "0"});
    expectUsageError({"generate", "a cat", "--accurate", "--turbo"});
    expectUsageError({"generate", "a cat", "--turbo", "--accurate"});
    expectUsageError({"generate", "a cat", "--steps", "2", "--stop-after", "3"});
    expectUsageError({"info", "missing.png"});
    expectUsageError({"info", "."});
    expectUsageError({"verify"});
    expectUsageError({"verify", "missing.png"});
    expectUsageError({"synth", "--preset", "huge", "-o", "x.penjing"});
    expectUsageError({"synth", "--preset", "tiny"});
    expectUsageError({"bench", "everything"});
}

TEST_F(ProgramUsageTest, ImportOptions) {
    expectUsageError({"import", "folder"});
    expectUsageError({"import", "-o", "x.penjing"});
    expectUsageError({"import", "missing", "-o", "x.penjing"});
    expectUsageError({"import", "missing", "-o", "x.penjing", "--quantize", "fp8"});
    expectUsageError({"import", "missing", "-o", "x.penjing", "--dense", "q4"});
    expectUsageError({"import", "missing", "-o", "x.penjing", "--text", "t3"});
    for (const char* layers : {"", "0", "9,", "9,x", "9;18", "999"})
        expectUsageError({"import", "missing", "-o", "x.penjing", "--text-layers", layers});
}

TEST_F(ProgramUsageTest, ImportSaysWhatIsMissing) {
    const Outcome outcome = penjing({"import", ".", "-o", "x.penjing"});
    expectOneLineFailure(outcome, 3);
    EXPECT_NE(outcome.err.find("the transformer is missing"), std::string::npos) << outcome.err;
    EXPECT_TRUE(files().empty());
}

TEST_F(ProgramUsageTest, Sizes) {
    for (const char* size : {"0x0", "0x128", "128x0", "-128x128", "128x-128", "100x100", "129x128", "128", "128x",
                             "big", "100000x100000", "99999999999x128", ""})
        expectUsageError({"generate", "a cat", "--size", size});
}

TEST_F(ProgramUsageTest, Steps) {
    for (const char* steps : {"0", "-1", "1000000000", "99999999999999999999", "1.5", "many", ""})
        expectUsageError({"generate", "a cat", "--steps", steps});
}

TEST_F(ProgramUsageTest, OtherNumbers) {
    for (const char* guidance : {"nan", "inf", "-inf", "-1", "1e999", "high", ""})
        expectUsageError({"generate", "a cat", "--guidance", guidance});
    for (const char* seed : {"-1", "18446744073709551616", "1.5", "x", ""})
        expectUsageError({"generate", "a cat", "--seed", seed});
    for (const char* threads : {"0", "-2", "1000000", "x"})
        expectUsageError({"generate", "a cat", "--threads", threads});
    for (const char* count : {"0", "-2", "99999999999"}) expectUsageError({"generate", "a cat", "--count", count});
    for (const char* every : {"0", "-2"}) expectUsageError({"generate", "a cat", "--preview-every", every});
}

TEST_F(ProgramUsageTest, Prompts) {
    expectUsageError({"generate", ""});
    expectUsageError({"generate", "   "});
    expectUsageError({"generate", "a \xff\xfe cat"});
    expectUsageError({"generate", "a \xc3"});        // cut in the middle of a character
    expectUsageError({"generate", "\xed\xa0\x80"});  // a surrogate
    expectUsageError({"generate", "\xc0\xaf"});      // overlong
    expectUsageError({"generate", "a \x01 cat"});
    expectUsageError({"generate", "a \x1b[31m cat"});
}

TEST_F(ProgramUsageTest, EmptyPromptOnStdin) {
    expectOneLineFailure(penjing({"generate", "-"}), 2);
}

TEST_F(ProgramUsageTest, UnknownKernelSet) {
    RunOptions changed = options();
    changed.environment["PENJING_KERNELS"] = "abacus";
    const Outcome outcome = penjing({"generate", "a cat"}, changed);
    expectOneLineFailure(outcome, 2);
    EXPECT_NE(outcome.err.find("abacus"), std::string::npos);
}

TEST_F(ProgramUsageTest, HelpAndVersionAreNotErrors) {
    for (const auto& arguments : std::vector<std::vector<std::string>>{{"--help"},
                                                                       {"--version"},
                                                                       {"generate", "--help"},
                                                                       {"bench", "--help"},
                                                                       {"verify", "--help"},
                                                                       {"import", "--help"}}) {
        const Outcome outcome = penjing(arguments);
        EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
        EXPECT_FALSE(outcome.out.empty());
        EXPECT_EQ(outcome.err, "");
    }
    EXPECT_NE(penjing({"generate", "--help"}).out.find("--preview-every"), std::string::npos);
}

TEST_F(ProgramUsageTest, FullStandardOutputIsAWriteFailure) {
    if (!std::filesystem::exists("/dev/full"))
        GTEST_SKIP() << "no /dev/full";
    RunOptions changed = options();
    changed.out = "/dev/full";
    expectOneLineFailure(penjing({"--version"}, changed), 5);
}

}  // namespace
}  // namespace penjing::test
