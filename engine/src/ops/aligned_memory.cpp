#include "ops/aligned_memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <limits>

namespace penjing {

void* allocateAligned(std::size_t bytes) {
    constexpr std::size_t kLine = 64;
    constexpr std::size_t kHugePage = std::size_t{2} << 20;
    if (bytes > std::numeric_limits<std::size_t>::max() - kHugePage)
        return nullptr;
    const std::size_t alignment = bytes >= kHugePage ? kHugePage : kLine;
    void* memory = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
    // Whole pages only: the last piece of a block keeps small ones and takes no more memory than it uses.
    if (memory != nullptr && bytes >= kHugePage)
        madvise(memory, bytes / kHugePage * kHugePage, MADV_HUGEPAGE);
    return memory;
}

}  // namespace penjing
