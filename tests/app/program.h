#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penjing::test {

struct Outcome {
    int exitCode = -1;  // -1: ended by a signal
    int signal = 0;
    std::string out;
    std::string err;
};

struct RunOptions {
    std::filesystem::path folder;                    // working directory
    std::map<std::string, std::string> environment;  // added to ours
    std::string input;                               // for stdin
    std::optional<std::uint64_t> maxFileBytes;       // RLIMIT_FSIZE: a disk that is full after that many
    std::filesystem::path out;                       // where stdout goes instead of into Outcome::out
    std::vector<std::string> wrapper;                // e.g. {"unshare", "-n"}
};

// The penjing program, started; killed when this object goes.
class RunningProgram {
public:
    RunningProgram(const std::vector<std::string>& arguments, const RunOptions& options);
    ~RunningProgram();
    RunningProgram(const RunningProgram&) = delete;
    RunningProgram& operator=(const RunningProgram&) = delete;

    void send(int signal) const;
    bool running();
    Outcome wait();

private:
    std::filesystem::path outFile_, errFile_, inFile_;
    bool ownOut_ = true;
    pid_t pid_ = -1;
    std::optional<int> status_;
};

Outcome run(const std::vector<std::string>& arguments, const RunOptions& options);

std::string readFile(const std::filesystem::path& path);
void writeFile(const std::filesystem::path& path, const std::string& content);

// True as soon as `path` exists; false after `seconds`, or when the program ended.
bool waitForFile(RunningProgram& program, const std::filesystem::path& path, double seconds);

// The pack to test with: $PENJING_TEST_PACK, else a small random one that `penjing synth` makes once per process.
const std::filesystem::path& testPack();

}  // namespace penjing::test
