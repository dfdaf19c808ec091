#include <cstdlib>

#include "program_test.h"

namespace penjing::test {
namespace {

class ProgramModelFileTest : public ProgramTest {
protected:
    // generate, info and verify all refuse the pack with exit code 3 and one line.
    void expectRefused(const std::string& pack) {
        SCOPED_TRACE(pack);
        expectOneLineFailure(penjing({"generate", "a cat", "--model", pack, "-o", "cat.png"}), 3);
        EXPECT_FALSE(exists("cat.png"));
    }
};

TEST_F(ProgramModelFileTest, Missing) {
    expectRefused("missing.penjing");
    RunOptions changed = options();
    changed.environment["PENJING_MODEL"] = "also-missing.penjing";
    expectOneLineFailure(penjing({"generate", "a cat", "-o", "cat.png"}, changed), 3);
}

TEST_F(ProgramModelFileTest, NotAPack) {
    writeFile(path("empty.penjing"), "");
    writeFile(path("short.penjing"), "PK\x03\x04");
    writeFile(path("random.penjing"), std::string(100000, '\xa5'));
    writeFile(path("json.penjing"), std::string("\x02\0\0\0\0\0\0\0{}", 10));
    std::filesystem::create_directory(path("folder.penjing"));
    for (const char* name : {"empty.penjing", "short.penjing", "random.penjing", "json.penjing", "folder.penjing"})
        expectRefused(name);
    expectRefused("/dev/null");
}

TEST_F(ProgramModelFileTest, Truncated) {
    const std::string pack = readFile(testPack());
    for (const std::size_t bytes : {std::size_t{7}, std::size_t{100}, pack.size() / 2, pack.size() - 64}) {
        writeFile(path("cut.penjing"), pack.substr(0, bytes));
        expectRefused("cut.penjing");
        expectOneLineFailure(penjing({"info", "cut.penjing"}), 3);
        expectOneLineFailure(penjing({"verify", "cut.penjing"}), 3);
    }
}

TEST_F(ProgramModelFileTest, VerifyFindsOneChangedBit) {
    EXPECT_EQ(penjing({"verify", testPack().string()}).exitCode, 0);
    std::string pack = readFile(testPack());
    pack[pack.size() * 3 / 4] = static_cast<char>(pack[pack.size() * 3 / 4] ^ 4);
    writeFile(path("changed.penjing"), pack);
    expectOneLineFailure(penjing({"verify", "changed.penjing"}), 3);
}

TEST_F(ProgramModelFileTest, InfoListsThePack) {
    const Outcome outcome = penjing({"info", testPack().string()});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    for (const char* label : {"model ", "licence ", "hash ", "parameters ", "draws ", "subjects "})
        EXPECT_NE(outcome.out.find(label), std::string::npos) << label << "\n" << outcome.out;
}

TEST_F(ProgramModelFileTest, InfoOfThisComputer) {
    const Outcome outcome = penjing({"info"});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.err;
    for (const char* label : {"penjing ", "processor ", "kernels ", "scalar", "memory "})
        EXPECT_NE(outcome.out.find(label), std::string::npos) << label << "\n" << outcome.out;
}

// Neither a picture nor a pack depends on a network being there.
TEST_F(ProgramModelFileTest, WorksInAnEmptyNetworkNamespace) {
    RunOptions changed = options();
    changed.wrapper = {"unshare", "-r", "-n"};
    if (std::system("unshare -r -n true >/dev/null 2>&1") != 0)
        GTEST_SKIP() << "unshare is not permitted here";
    ASSERT_EQ(penjing({"generate", "a cat", "--seed", "7", "--steps", "1", "-o", "cut.png"}, changed).exitCode, 0);
    ASSERT_EQ(penjing({"generate", "a cat", "--seed", "7", "--steps", "1", "-o", "free.png"}).exitCode, 0);
    EXPECT_TRUE(readFile(path("cut.png")) == readFile(path("free.png")));
}

}  // namespace
}  // namespace penjing::test
