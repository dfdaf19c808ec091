#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace penjing {

// The computer, as far as this process may use it.
struct SystemInfo {
    std::string processor;                // what the processor calls itself; empty if it does not say
    int cores = 1;                        // usableCores()
    std::vector<std::string> kernelSets;  // names, best first; "scalar" is always the last
    std::uint64_t totalMemory = 0;        // bytes
    std::uint64_t availableMemory = 0;    // availableMemoryBytes()
    std::uint64_t peakResident = 0;       // peakResidentBytes()
};

// Thread-safe; reads /proc and /sys at every call. What cannot be read stays at its default.
SystemInfo systemInfo();

// Processors this process may run on: its affinity mask, or fewer where a cgroup (version 1 or 2) grants less time. At
// least 1.
int usableCores();

// Bytes that can still be had: MemAvailable, or less where a cgroup (version 1 or 2, any ancestor) or RLIMIT_AS says
// so.
std::uint64_t availableMemoryBytes();

// The largest resident set of this process so far.
std::uint64_t peakResidentBytes();

}  // namespace penjing
