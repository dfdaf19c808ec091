#include "ops/aligned_memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <limits>

namespace penjing {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

constexpr std::size_t roundUp(std::size_t bytes, std::size_t multiple) {
    return (bytes + multiple - 1) / multiple * multiple;
}

// `bytes` whole pages at a multiple of kHugePage, or null.
std::byte* mapHuge(std::size_t bytes) {
    const std::size_t all = bytes + kHugePage;
    void* const mapped = mmap(nullptr, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED)
        return nullptr;
    auto* const first = static_cast<std::byte*>(mapped);
    const auto address = reinterpret_cast<std::uintptr_t>(mapped);
    const std::size_t before = roundUp(address, kHugePage) - address;
    const std::size_t after = all - before - bytes;
    if (before > 0)
        munmap(first, before);
    if (after > 0)
        munmap(first + before + bytes, after);
    // Whole huge pages only: the last piece of a block keeps small ones and takes no more memory than it uses.
    madvise(first + before, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
    return first + before;
}

}  // namespace

AlignedMemory::AlignedMemory(std::size_t bytes) {
    if (bytes > std::numeric_limits<std::size_t>::max() / 2)
        return;
    if (bytes < kHugePage) {
        data_ = {static_cast<std::byte*>(std::aligned_alloc(kLine, roundUp(bytes, kLine))), FreeAligned{}};
        return;
    }
    const std::size_t pages = roundUp(bytes, kPage);
    data_ = {mapHuge(pages), FreeAligned{pages}};
}

void FreeAligned::operator()(std::byte* data) const {
    if (mappedBytes > 0)
        munmap(data, mappedBytes);
    else
        std::free(data);
}

}  // namespace penjing
