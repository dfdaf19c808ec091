#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <ctime>
#include <memory>
#include <optional>
#include <string_view>

#include "io/temporary_name.h"
#include "penjing/image.h"

namespace penjing {
namespace {

// A folder may be shared with a machine whose processes are not seen from here: what is young may be its work.
constexpr std::time_t kYoungSeconds = 3600;

// The process in a name of temporaryName().
std::optional<pid_t> writerOf(std::string_view name) {
    if (!name.starts_with(kTemporaryPrefix) || !name.ends_with(kTemporarySuffix))
        return std::nullopt;
    name.remove_prefix(kTemporaryPrefix.size());
    name.remove_suffix(kTemporarySuffix.size());
    pid_t process = 0;
    unsigned counter = 0;
    const char* const end = name.data() + name.size();
    const auto first = std::from_chars(name.data(), end, process);
    if (first.ec != std::errc() || process <= 0 || first.ptr == end || *first.ptr != '-')
        return std::nullopt;
    const auto second = std::from_chars(first.ptr + 1, end, counter);
    if (second.ec != std::errc() || second.ptr != end)
        return std::nullopt;
    return process;
}

bool isRunning(pid_t process) {
    return ::kill(process, 0) == 0 || errno != ESRCH;
}

}  // namespace

int removeAbandonedFiles(const std::filesystem::path& folder) {
    const std::unique_ptr<DIR, int (*)(DIR*)> opened(opendir(folder.c_str()), closedir);
    if (!opened)
        return 0;
    const int descriptor = dirfd(opened.get());
    const std::time_t now = std::time(nullptr);
    int removed = 0;
    while (const dirent* entry = readdir(opened.get())) {
        const std::optional<pid_t> writer = writerOf(entry->d_name);
        struct stat info {};
        if (!writer || fstatat(descriptor, entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode) ||
            info.st_mtime > now - kYoungSeconds || isRunning(*writer))
            continue;
        if (unlinkat(descriptor, entry->d_name, 0) == 0)
            ++removed;
    }
    return removed;
}

}  // namespace penjing
