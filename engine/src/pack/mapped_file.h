#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <filesystem>
#include <span>

#include "io/unique_fd.h"
#include "penjing/result.h"

namespace penjing {

// A regular file mapped read-only. The descriptor stays open to ask later whether the file is still the same.
class MappedFile {
public:
    // ModelFile error with the system's reason.
    static Result<MappedFile> open(const std::filesystem::path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&&) = delete;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return {static_cast<const std::byte*>(address_), size_}; }

    // False after the file was truncated, appended to or overwritten in place. A file that was deleted or renamed
    // over is unchanged: the mapping keeps the old one alive.
    bool unchanged() const;

    // Drops the whole pages inside `range` (part of bytes()) from memory; they are read again when touched.
    void giveBack(std::span<const std::byte> range) const;

private:
    MappedFile(UniqueFd descriptor, void* address, std::size_t size, timespec modified)
        : descriptor_(std::move(descriptor)), address_(address), size_(size), modified_(modified) {}

    UniqueFd descriptor_;
    void* address_;  // null after a move
    std::size_t size_;
    timespec modified_;
};

}  // namespace penjing
