#include "pack_support.h"

#include <unistd.h>

#include <atomic>
#include <fstream>
#include <iterator>

namespace penjing::test {

TemporaryFolder::TemporaryFolder() {
    static std::atomic<int> counter{0};
    path_ = std::filesystem::temp_directory_path() /
            ("penjing-test-" + std::to_string(getpid()) + "-" + std::to_string(counter++));
    std::filesystem::create_directories(path_);
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

FileBytes readFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void writeFile(const std::filesystem::path& path, const FileBytes& bytes) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

const FileBytes& tinyPackBytes() {
    static const FileBytes bytes = [] {
        const TemporaryFolder folder;
        const Status status = synthesize(SynthPreset::Tiny, 1, folder / "tiny.penjing", {});
        EXPECT_TRUE(status.ok());
        return readFile(folder / "tiny.penjing");
    }();
    return bytes;
}

std::size_t dataBeginOf(const FileBytes& pack) {
    std::size_t length = 0;
    for (unsigned i = 0; i < 8; ++i) length |= static_cast<std::size_t>(pack[i]) << (8 * i);
    return 8 + length;
}

std::string headerOf(const FileBytes& pack) {
    std::string header(pack.begin() + 8, pack.begin() + static_cast<std::ptrdiff_t>(dataBeginOf(pack)));
    header.resize(header.find_last_not_of(' ') + 1);
    return header;
}

FileBytes withHeader(const FileBytes& pack, std::string header) {
    header.append((64 - (8 + header.size()) % 64) % 64, ' ');
    FileBytes result;
    for (unsigned i = 0; i < 8; ++i)
        result.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(header.size()) >> (8 * i)));
    result.insert(result.end(), header.begin(), header.end());
    result.insert(result.end(), pack.begin() + static_cast<std::ptrdiff_t>(dataBeginOf(pack)), pack.end());
    return result;
}

std::string replacedOnce(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    if (at == std::string::npos)
        return text;
    EXPECT_EQ(text.find(from, at + 1), std::string::npos) << from << " occurs twice";
    return text.replace(at, from.size(), to);
}

}  // namespace penjing::test
