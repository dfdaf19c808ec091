#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "penjing/synth.h"

namespace penjing::test {

using FileBytes = std::vector<std::uint8_t>;

// A folder of its own for one test, removed afterwards.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

FileBytes readFile(const std::filesystem::path& path);
void writeFile(const std::filesystem::path& path, const FileBytes& bytes);

// The bytes of the preset "tiny" with seed 1, made once.
const FileBytes& tinyPackBytes();

// JSON header of a pack, without the spaces at its end, and where the data begin.
std::string headerOf(const FileBytes& pack);
std::size_t dataBeginOf(const FileBytes& pack);

// The pack with another header, padded so that the data stay aligned.
FileBytes withHeader(const FileBytes& pack, std::string header);

// `text` with its only occurrence of `from` replaced; fails the test if there is none or more than one.
std::string replacedOnce(std::string text, const std::string& from, const std::string& to);

}  // namespace penjing::test
