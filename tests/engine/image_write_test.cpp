#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ctime>

#include "pack_support.h"
#include "penjing/image.h"

namespace penjing {
namespace {

using test::FileBytes;
using test::TemporaryFolder;

std::ptrdiff_t filesIn(const TemporaryFolder& folder) {
    return std::distance(std::filesystem::directory_iterator(folder.path()), {});
}

void expectWriteFailed(const Status& status, const std::string& reason) {
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, ErrorCode::WriteFailed);
    EXPECT_NE(status.error().message.find(reason), std::string::npos) << status.error().message;
    EXPECT_EQ(status.error().message.find('\n'), std::string::npos);
}

TEST(WriteFile, CreatesAndReplaces) {
    const TemporaryFolder folder;
    ASSERT_TRUE(writeFileAtomically(folder / "a", {1, 2, 3}).ok());
    ASSERT_TRUE(writeFileAtomically(folder / "a", {4}).ok());
    EXPECT_EQ(test::readFile(folder / "a"), FileBytes{4});
    ASSERT_TRUE(writeFileAtomically(folder / "empty", {}).ok());
    EXPECT_EQ(filesIn(folder), 2);
}

TEST(WriteFile, WorksWithTheLongestName) {
    const TemporaryFolder folder;
    EXPECT_TRUE(writeFileAtomically(folder / std::string(255, 'n'), {1}).ok());
}

TEST(WriteFile, ReplacesBehindASymbolicLink) {
    const TemporaryFolder folder;
    test::writeFile(folder / "real", {1});
    std::filesystem::create_symlink("real", folder / "link");
    ASSERT_TRUE(writeFileAtomically(folder / "link", {2}).ok());
    EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
    EXPECT_EQ(test::readFile(folder / "real"), FileBytes{2});
}

TEST(WriteFile, DevicesAreWrittenInPlace) {
    EXPECT_TRUE(writeFileAtomically("/dev/null", {1, 2}).ok());
    expectWriteFailed(writeFileAtomically("/dev/full", {1, 2}), "No space left");
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST(WriteFile, PipesAreWrittenInPlace) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(pipe(ends), 0);
    ASSERT_TRUE(writeFileAtomically("/proc/self/fd/" + std::to_string(ends[1]), {7, 8}).ok());
    std::uint8_t got[2] = {};
    EXPECT_EQ(read(ends[0], got, 2), 2);
    EXPECT_EQ(got[1], 8);
    close(ends[0]);
    close(ends[1]);
}

TEST(WriteFile, SaysWhyItCannot) {
    const TemporaryFolder folder;
    expectWriteFailed(writeFileAtomically(folder / "no/such/folder.png", {1}), "No such file");
    expectWriteFailed(writeFileAtomically(folder.path(), {1}), "Is a directory");
    test::writeFile(folder / "file", {1});
    expectWriteFailed(writeFileAtomically(folder / "file/picture.png", {1}), "Not a directory");
    EXPECT_EQ(filesIn(folder), 1);
}

TEST(WriteFile, AFullDiskLosesNothing) {
    const TemporaryFolder folder;
    test::writeFile(folder / "a", {1, 2, 3});
    rlimit old{};
    getrlimit(RLIMIT_FSIZE, &old);
    const rlimit small{100, old.rlim_max};
    const auto handler = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const Status status = writeFileAtomically(folder / "a", FileBytes(1000, 9));
    setrlimit(RLIMIT_FSIZE, &old);
    signal(SIGXFSZ, handler);
    expectWriteFailed(status, "File too large");
    EXPECT_EQ(test::readFile(folder / "a"), (FileBytes{1, 2, 3}));
    EXPECT_EQ(filesIn(folder), 1);
}

// The number of a process that has ended.
pid_t endedProcess() {
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, nullptr, 0);
    return child;
}

// A file of `age` seconds.
void makeOld(const std::filesystem::path& file, int age) {
    test::writeFile(file, {1});
    const timespec moment{.tv_sec = std::time(nullptr) - age, .tv_nsec = 0};
    const timespec times[2] = {moment, moment};
    ASSERT_EQ(utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
}

TEST(AbandonedFiles, OnlyOldFilesOfEndedWritersGo) {
    const TemporaryFolder folder;
    const std::string ended = std::to_string(endedProcess());
    constexpr int kTwoHours = 7200;
    makeOld(folder / (".penjing-" + ended + "-0.tmp"), kTwoHours);
    makeOld(folder / (".penjing-" + ended + "-17.tmp"), kTwoHours);
    const std::vector<std::string> stay = {".penjing-" + ended + "-1.tmp.png",
                                           ".penjing-" + ended + "-x.tmp",
                                           ".penjing-" + ended + ".tmp",
                                           ".penjing-stars.json",
                                           ".penjing--1-0.tmp",
                                           ".penjing-0-0.tmp",
                                           ".penjing-" + std::to_string(getpid()) + "-0.tmp"};
    for (const std::string& name : stay) makeOld(folder / name, kTwoHours);
    makeOld(folder / (".penjing-" + ended + "-2.tmp"), 60);
    std::filesystem::create_symlink("nowhere", folder / (".penjing-" + ended + "-3.tmp"));

    EXPECT_EQ(removeAbandonedFiles(folder.path()), 2);
    EXPECT_EQ(filesIn(folder), static_cast<std::ptrdiff_t>(stay.size()) + 2);
    EXPECT_EQ(removeAbandonedFiles(folder.path()), 0);
    EXPECT_EQ(removeAbandonedFiles(folder / "missing"), 0);
}

}  // namespace
}  // namespace penjing
