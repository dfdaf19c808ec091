#include "system/cgroup_limits.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "system/proc_files.h"

namespace penjing {
namespace {

namespace fs = std::filesystem;

// Names of the control files in one version of the interface.
struct MemoryFiles {
    const char* limit;
    const char* usage;
    const char* droppable;  // key in memory.stat
};
constexpr MemoryFiles kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr MemoryFiles kVersion2{"memory.max", "memory.current", "inactive_file"};

struct Group {
    fs::path mount;
    std::string path;  // as /proc/self/cgroup has it, relative to the mount
};

bool lists(std::string_view controllers, std::string_view name) {
    while (!controllers.empty()) {
        const std::string_view one = controllers.substr(0, controllers.find(','));
        if (one == name)
            return true;
        controllers.remove_prefix(std::min(one.size() + 1, controllers.size()));
    }
    return false;
}

// A line of /proc/self/cgroup is "id:controllers:path"; version 2 has the id 0 and no controllers.
std::optional<std::string> groupPath(const fs::path& root, std::string_view controller) {
    const std::optional<std::string> text = readSmallFile(root / "proc/self/cgroup");
    if (!text)
        return std::nullopt;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
        const std::size_t first = line.find(':');
        const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
        if (second == std::string_view::npos)
            continue;
        const std::string_view controllers = line.substr(first + 1, second - first - 1);
        if (controllers == controller || (!controller.empty() && lists(controllers, controller)))
            return std::string(line.substr(second + 1));
    }
    return std::nullopt;
}

// Folders of the group and of its ancestors up to the mount. A process in a container may be told a path from outside
// that does not exist here; the mount itself then is its group.
std::vector<fs::path> chain(const Group& group) {
    std::vector<fs::path> folders;
    fs::path relative = fs::path(group.path).relative_path().lexically_normal();
    if (!relative.empty() && *relative.begin() == "..")
        relative.clear();
    while (!relative.empty()) {
        folders.push_back(group.mount / relative);
        relative = relative.parent_path();
    }
    folders.push_back(group.mount);
    return folders;
}

std::optional<std::uint64_t> freeMemory(const fs::path& folder, const MemoryFiles& files) {
    const std::optional<std::string> limitText = readSmallFile(folder / files.limit);
    const std::optional<std::string> usageText = readSmallFile(folder / files.usage);
    if (!limitText || !usageText)
        return std::nullopt;
    const std::optional<std::uint64_t> limit = leadingNumber(*limitText);  // "max" is no number
    const std::optional<std::uint64_t> usage = leadingNumber(*usageText);
    if (!limit || !usage)
        return std::nullopt;
    const std::string stat = readSmallFile(folder / "memory.stat").value_or("");
    const std::uint64_t droppable = std::min(numberAfterKey(stat, files.droppable).value_or(0), *usage);
    const std::uint64_t pinned = *usage - droppable;
    return *limit > pinned ? *limit - pinned : 0;
}

std::optional<int> processors(std::optional<std::uint64_t> quota, std::optional<std::uint64_t> period) {
    if (!quota || !period || *quota == 0 || *period == 0)
        return std::nullopt;
    return static_cast<int>(std::clamp<std::uint64_t>((*quota - 1) / *period + 1, 1, 1 << 16));
}

std::optional<int> processorsVersion1(const fs::path& folder) {
    return processors(leadingNumber(readSmallFile(folder / "cpu.cfs_quota_us").value_or("")),  // "-1" is no number
                      leadingNumber(readSmallFile(folder / "cpu.cfs_period_us").value_or("")));
}

std::optional<int> processorsVersion2(const fs::path& folder) {
    const std::string text = readSmallFile(folder / "cpu.max").value_or("");  // "quota period" or "max period"
    const std::size_t blank = text.find(' ');
    if (blank == std::string::npos)
        return std::nullopt;
    return processors(leadingNumber(text), leadingNumber(std::string_view(text).substr(blank)));
}

template <typename T>
void takeSmaller(std::optional<T>& smallest, const std::optional<T>& candidate) {
    if (candidate && (!smallest || *candidate < *smallest))
        smallest = candidate;
}

}  // namespace

std::optional<std::uint64_t> cgroupAvailableMemory(const fs::path& root) {
    std::optional<std::uint64_t> available;
    if (const auto path = groupPath(root, ""))
        for (const fs::path& folder : chain({root / "sys/fs/cgroup", *path}))
            takeSmaller(available, freeMemory(folder, kVersion2));
    if (const auto path = groupPath(root, "memory"))
        for (const fs::path& folder : chain({root / "sys/fs/cgroup/memory", *path}))
            takeSmaller(available, freeMemory(folder, kVersion1));
    return available;
}

std::optional<int> cgroupProcessors(const fs::path& root) {
    std::optional<int> count;
    if (const auto path = groupPath(root, ""))
        for (const fs::path& folder : chain({root / "sys/fs/cgroup", *path}))
            takeSmaller(count, processorsVersion2(folder));
    if (const auto path = groupPath(root, "cpu"))
        for (const char* mount : {"sys/fs/cgroup/cpu", "sys/fs/cgroup/cpu,cpuacct"})
            for (const fs::path& folder : chain({root / mount, *path})) takeSmaller(count, processorsVersion1(folder));
    return count;
}

}  // namespace penjing
