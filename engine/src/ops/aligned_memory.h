#pragma once

#include <cstddef>

namespace penjing {

// At least `bytes` of uninitialised memory for matrices, to be given back with std::free; null if it cannot be had.
// Aligned to 64 bytes; large blocks to 2 MiB, with huge pages asked for where the system has them: a kernel that writes
// a tile of 12 rows touches as many pages, and looking 4 KiB pages up costs large products about 2 % of their time.
void* allocateAligned(std::size_t bytes);

}  // namespace penjing
