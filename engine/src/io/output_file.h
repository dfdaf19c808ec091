#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>

#include "io/unique_fd.h"
#include "penjing/result.h"

namespace penjing {

// A file that appears under its name only when it is whole: written under a temporary name in the same folder, then
// flushed and renamed. Destroyed before commit(), it leaves nothing behind, and what was at the target stays.
// Through a symbolic link the file behind it is replaced, not the link. Not for devices and pipes.
class OutputFile {
public:
    // All errors are WriteFailed, one line with the target's name and the system's reason.
    static Result<OutputFile> create(const std::filesystem::path& target);
    OutputFile(OutputFile&& other) noexcept;
    OutputFile& operator=(OutputFile&&) = delete;
    ~OutputFile();

    Status append(std::span<const std::byte> bytes);
    // Replaces bytes already written.
    Status overwrite(std::uint64_t offset, std::span<const std::byte> bytes);
    Status commit();

    // Where the bytes are until commit().
    const std::filesystem::path& temporary() const { return temporary_; }

private:
    OutputFile(std::filesystem::path shown, std::filesystem::path target, std::filesystem::path temporary,
               UniqueFd file);

    std::filesystem::path shown_;      // as the caller wrote it, for messages
    std::filesystem::path target_;     // links resolved
    std::filesystem::path temporary_;  // empty once renamed
    UniqueFd file_;
};

// Writes all of `bytes` to a descriptor; false with errno set if that fails.
bool writeAll(int descriptor, std::span<const std::byte> bytes);

// "TARGET: what: reason".
Error writeError(const std::filesystem::path& target, const char* what, int errorNumber);

}  // namespace penjing
