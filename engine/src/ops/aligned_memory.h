#pragma once

#include <cstddef>
#include <memory>

namespace penjing {

struct FreeAligned {
    std::size_t mappedBytes = 0;  // 0: of malloc
    void operator()(std::byte* data) const;
};

// Uninitialised memory for matrices. Aligned to 64 bytes; large blocks to 2 MiB, with huge pages asked for where the
// system has them: a kernel that writes a tile of 12 rows touches as many pages, and looking 4 KiB pages up costs large
// products about 2 % of their time. Large blocks come from the system and go back to it at once; malloc would keep
// what it thinks will be wanted again, a hundred megabytes after the transformer of a large model.
class AlignedMemory {
public:
    AlignedMemory() = default;
    // At least `bytes`; data() is null if they cannot be had.
    explicit AlignedMemory(std::size_t bytes);

    std::byte* data() const { return data_.get(); }

private:
    std::unique_ptr<std::byte, FreeAligned> data_;
};

}  // namespace penjing
