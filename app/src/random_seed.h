#pragma once

#include <cstdint>

namespace penjing::cli {

// A seed that nobody chose; 32 bits, so that it is easily typed again.
std::uint64_t randomSeed();

}  // namespace penjing::cli
