#include "penjing/system_info.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <thread>

#include "penjing/kernels/kernel_set.h"
#include "system/cgroup_limits.h"
#include "system/proc_files.h"

namespace penjing {
namespace {

constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

std::uint64_t pageBytes() {
    return static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t memoryLine(const char* key) {
    constexpr std::uint64_t kKibibyte = 1024;
    const std::string text = readSmallFile("/proc/meminfo").value_or("");
    return numberAfterKey(text, key).value_or(0) * kKibibyte;
}

// What RLIMIT_AS leaves of the address space.
std::uint64_t addressSpaceLeft() {
    rlimit limit{};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return kUnlimited;
    const std::uint64_t pages = leadingNumber(readSmallFile("/proc/self/statm").value_or("")).value_or(0);
    const std::uint64_t used = pages * pageBytes();
    return limit.rlim_cur > used ? limit.rlim_cur - used : 0;
}

// MemAvailable, or the free pages where a kernel does not estimate it.
std::uint64_t systemAvailable() {
    if (const std::uint64_t available = memoryLine("MemAvailable"))
        return available;
    return static_cast<std::uint64_t>(std::max(0L, sysconf(_SC_AVPHYS_PAGES))) * pageBytes();
}

std::string processorName() {
    const std::string text = readSmallFile("/proc/cpuinfo").value_or("");
    const std::size_t line = text.find("model name");
    const std::size_t colon = line == std::string::npos ? line : text.find(':', line);
    if (colon == std::string::npos)
        return {};
    const std::size_t first = text.find_first_not_of(" \t", colon + 1);
    const std::size_t end = text.find('\n', colon);
    return first == std::string::npos || first >= end ? std::string() : text.substr(first, end - first);
}

}  // namespace

int usableCores() {
    cpu_set_t mask;
    CPU_ZERO(&mask);
    int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    if (sched_getaffinity(0, sizeof(mask), &mask) == 0)
        cores = std::max(1, CPU_COUNT(&mask));
    return std::min(cores, cgroupProcessors("/").value_or(cores));
}

std::uint64_t availableMemoryBytes() {
    return std::min({systemAvailable(), cgroupAvailableMemory("/").value_or(kUnlimited), addressSpaceLeft()});
}

std::uint64_t peakResidentBytes() {
    constexpr std::uint64_t kKibibyte = 1024;
    rusage usage{};
    return getrusage(RUSAGE_SELF, &usage) == 0 ? static_cast<std::uint64_t>(usage.ru_maxrss) * kKibibyte : 0;
}

SystemInfo systemInfo() {
    SystemInfo info;
    info.processor = processorName();
    info.cores = usableCores();
    for (const kernels::KernelSet* set : kernels::supportedKernelSets()) info.kernelSets.emplace_back(set->name);
    info.totalMemory = memoryLine("MemTotal");
    info.availableMemory = availableMemoryBytes();
    info.peakResident = peakResidentBytes();
    return info;
}

}  // namespace penjing
