#include "program.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace penjing::test {
namespace {

namespace fs = std::filesystem;

fs::path scratchFile(const char* what) {
    static int number = 0;
    return fs::temp_directory_path() /
           ("penjing-test-" + std::to_string(getpid()) + "-" + std::to_string(number++) + "-" + what);
}

void redirect(const fs::path& file, int flags, int descriptor) {
    const int opened = open(file.c_str(), flags, 0600);
    if (opened < 0 || dup2(opened, descriptor) < 0)
        _exit(126);
    close(opened);
}

// Runs in the child; does not return.
[[noreturn]] void becomeProgram(const std::vector<std::string>& arguments, const RunOptions& options,
                                const fs::path& in, const fs::path& out, const fs::path& err) {
    redirect(in, O_RDONLY, STDIN_FILENO);
    redirect(out, O_WRONLY | O_CREAT, STDOUT_FILENO);
    redirect(err, O_WRONLY | O_CREAT, STDERR_FILENO);
    if (!options.folder.empty() && chdir(options.folder.c_str()) != 0)
        _exit(126);
    for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
    if (options.maxFileBytes) {
        const rlimit limit{*options.maxFileBytes, *options.maxFileBytes};
        setrlimit(RLIMIT_FSIZE, &limit);
    }
    // The test runner's own dispositions must not leak into the program.
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    std::vector<char*> argv;
    for (const auto& word : options.wrapper) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(const_cast<char*>(PENJING_PROGRAM));
    for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    execvp(argv[0], argv.data());
    _exit(127);
}

}  // namespace

RunningProgram::RunningProgram(const std::vector<std::string>& arguments, const RunOptions& options)
    : outFile_(options.out), errFile_(scratchFile("err")), inFile_(scratchFile("in")) {
    ownOut_ = outFile_.empty();
    if (ownOut_)
        outFile_ = scratchFile("out");
    writeFile(inFile_, options.input);
    pid_ = fork();
    if (pid_ < 0)
        throw std::runtime_error("cannot fork");
    if (pid_ == 0)
        becomeProgram(arguments, options, inFile_, outFile_, errFile_);
}

RunningProgram::~RunningProgram() {
    if (running()) {
        kill(pid_, SIGKILL);
        wait();
    }
    std::error_code ignored;
    fs::remove(errFile_, ignored);
    fs::remove(inFile_, ignored);
    if (ownOut_)
        fs::remove(outFile_, ignored);
}

void RunningProgram::send(int signal) const {
    kill(pid_, signal);
}

bool RunningProgram::running() {
    int status = 0;
    if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_)
        status_ = status;
    return !status_;
}

Outcome RunningProgram::wait() {
    if (!status_) {
        int status = 0;
        waitpid(pid_, &status, 0);
        status_ = status;
    }
    Outcome outcome;
    if (WIFEXITED(*status_))
        outcome.exitCode = WEXITSTATUS(*status_);
    else if (WIFSIGNALED(*status_))
        outcome.signal = WTERMSIG(*status_);
    outcome.out = ownOut_ ? readFile(outFile_) : "";
    outcome.err = readFile(errFile_);
    return outcome;
}

Outcome run(const std::vector<std::string>& arguments, const RunOptions& options) {
    return RunningProgram(arguments, options).wait();
}

std::string readFile(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void writeFile(const fs::path& path, const std::string& content) {
    std::ofstream(path, std::ios::binary) << content;
}

bool waitForFile(RunningProgram& program, const fs::path& path, double seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < end) {
        if (fs::exists(path))
            return true;
        if (!program.running())
            return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    return false;
}

const fs::path& testPack() {
    static const fs::path pack = [] {
        if (const char* given = std::getenv("PENJING_TEST_PACK"); given && *given)
            return fs::path(given);
        static struct Removed {
            fs::path path = scratchFile("tiny.penjing");
            ~Removed() {
                std::error_code ignored;
                fs::remove(path, ignored);
            }
        } made;
        const Outcome outcome = run({"synth", "--preset", "tiny", "-o", made.path.string()}, {});
        if (outcome.exitCode != 0)
            throw std::runtime_error("penjing synth failed: " + outcome.err);
        return made.path;
    }();
    return pack;
}

}  // namespace penjing::test
