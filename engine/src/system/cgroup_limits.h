#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace penjing {

// What the control groups of this process grant it, version 1 or 2: the tightest of its group and all of the group's
// ancestors. `root` stands for "/" and is another folder in tests. None: no limit.

// Bytes of memory still free, file cache that can be dropped counted as free.
std::optional<std::uint64_t> cgroupAvailableMemory(const std::filesystem::path& root);

// Processors' worth of time, rounded up.
std::optional<int> cgroupProcessors(const std::filesystem::path& root);

}  // namespace penjing
