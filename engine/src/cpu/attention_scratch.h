#pragma once

#include <cstddef>

namespace penjing {

// Packed keys and values are kept for as many heads at a time as fit in this (one head at least). A third of FLUX.2
// klein's 24 heads at 1024 x 1024, all of them at 512 x 512.
inline constexpr std::size_t kPackedHeadsBytes = 20u << 20;

}  // namespace penjing
