#include "pack/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "pack/error_text.h"

namespace penjing {
namespace {

std::string reason(int number) {
    return std::generic_category().message(number);
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    // Without O_NONBLOCK opening a FIFO would wait for a writer.
    UniqueFd descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor)
        return modelFileError("cannot be opened: " + reason(errno));
    struct stat info {};
    if (fstat(descriptor.get(), &info) != 0)
        return modelFileError("cannot be examined: " + reason(errno));
    if (!S_ISREG(info.st_mode))
        return modelFileError("is not a regular file");
    if (info.st_size <= 0)
        return modelFileError("is empty");
    const auto size = static_cast<std::size_t>(info.st_size);
    void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (address == MAP_FAILED)
        return modelFileError("cannot be mapped into memory: " + reason(errno));
    return MappedFile(std::move(descriptor), address, size, info.st_mtim);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : descriptor_(std::move(other.descriptor_)),
      address_(std::exchange(other.address_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      modified_(other.modified_) {}

MappedFile::~MappedFile() {
    if (address_)
        munmap(address_, size_);
}

bool MappedFile::unchanged() const {
    struct stat info {};
    return fstat(descriptor_.get(), &info) == 0 && static_cast<std::size_t>(info.st_size) == size_ &&
           info.st_mtim.tv_sec == modified_.tv_sec && info.st_mtim.tv_nsec == modified_.tv_nsec;
}

void MappedFile::giveBack(std::span<const std::byte> range) const {
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<std::uintptr_t>(range.data());
    const std::uintptr_t first = (begin + page - 1) / page * page;
    const std::uintptr_t last = (begin + range.size()) / page * page;
    // A failure only means that the pages stay.
    if (first < last)
        madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
}

}  // namespace penjing
