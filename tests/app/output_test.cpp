#include <sys/stat.h>
#include <unistd.h>

#include "program_test.h"

namespace penjing::test {
namespace {

class ProgramOutputTest : public ProgramTest {
protected:
    Outcome drawTo(const std::string& out) { return penjing({"generate", "a cat", "--steps", "1", "-o", out}); }
};

TEST_F(ProgramOutputTest, FolderThatDoesNotExist) {
    expectOneLineFailure(drawTo("nowhere/cat.png"), 5);
    expectOneLineFailure(drawTo("nowhere/"), 5);
}

TEST_F(ProgramOutputTest, NameThatIsAFolder) {
    std::filesystem::create_directory(path("folder"));
    expectOneLineFailure(drawTo("folder"), 5);
    expectOneLineFailure(drawTo("folder/"), 5);
    EXPECT_TRUE(std::filesystem::is_empty(path("folder")));
}

TEST_F(ProgramOutputTest, FolderThatIsAFile) {
    writeFile(path("file"), "content");
    expectOneLineFailure(drawTo("file/cat.png"), 5);
    EXPECT_EQ(readFile(path("file")), "content");
}

TEST_F(ProgramOutputTest, DevicesAreNotReplaced) {
    expectOneLineFailure(drawTo("/dev/null"), 5);
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
    ASSERT_EQ(mkfifo(path("pipe.png").c_str(), 0600), 0);
    expectOneLineFailure(drawTo("pipe.png"), 5);
    EXPECT_TRUE(std::filesystem::is_fifo(path("pipe.png")));
}

TEST_F(ProgramOutputTest, FolderThatMayNotBeWritten) {
    std::filesystem::create_directory(path("locked"));
    chmod(path("locked").c_str(), 0500);
    // Root may write into any folder of a disk, but makes no files in /proc either.
    expectOneLineFailure(drawTo(geteuid() == 0 ? "/proc/cat.png" : "locked/cat.png"), 5);
    chmod(path("locked").c_str(), 0700);
}

TEST_F(ProgramOutputTest, NameThatIsTooLong) {
    expectOneLineFailure(drawTo(std::string(300, 'x') + ".png"), 5);
}

// A disk that fills up while the picture is written: what was there stays, and nothing else is left.
TEST_F(ProgramOutputTest, FullDiskLosesNothing) {
    writeFile(path("cat.png"), "the older picture");
    RunOptions changed = options();
    changed.maxFileBytes = 1100;  // less than the picture; LLVM's OpenMP runtime registers itself in 1 KiB
    expectOneLineFailure(penjing({"generate", "a cat", "--steps", "1", "-o", "cat.png"}, changed), 5);
    EXPECT_EQ(readFile(path("cat.png")), "the older picture");
    EXPECT_EQ(files(), std::vector<std::string>{"cat.png"});
}

TEST_F(ProgramOutputTest, FullDiskWhileWritingAPack) {
    RunOptions changed = options();
    changed.maxFileBytes = 10000;
    expectOneLineFailure(penjing({"synth", "--preset", "tiny", "-o", "tiny.penjing"}, changed), 5);
    EXPECT_TRUE(files().empty());
}

TEST_F(ProgramOutputTest, ClosedStandardOutputIsReported) {
    if (!std::filesystem::exists("/dev/full"))
        GTEST_SKIP() << "no /dev/full";
    RunOptions changed = options();
    changed.out = "/dev/full";
    const Outcome outcome = penjing({"generate", "a cat", "--steps", "1", "-o", "cat.png"}, changed);
    EXPECT_EQ(outcome.exitCode, 5);
    EXPECT_TRUE(exists("cat.png"));
}

TEST_F(ProgramOutputTest, SynthIsReproducible) {
    for (const char* name : {"a", "b"})
        ASSERT_EQ(penjing({"synth", "--preset", "tiny", "--seed", "5", "-o", name}).exitCode, 0);
    ASSERT_EQ(penjing({"synth", "--preset", "tiny", "--seed", "6", "-o", "c"}).exitCode, 0);
    EXPECT_TRUE(readFile(path("a")) == readFile(path("b")));
    EXPECT_FALSE(readFile(path("a")) == readFile(path("c")));
}

}  // namespace
}  // namespace penjing::test
