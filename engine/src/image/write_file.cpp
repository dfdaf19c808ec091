#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <exception>

#include "io/output_file.h"
#include "penjing/image.h"

namespace penjing {
namespace {

using std::filesystem::path;

// Devices, pipes, and names such as /dev/stdout that stand for a descriptor: nothing can be renamed over them.
bool isWrittenInPlace(const path& target) {
    struct stat info {};
    if (stat(target.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))
        return true;
    const std::string text = target.lexically_normal().string();
    return text.starts_with("/dev/std") || text.starts_with("/dev/fd/") || text.starts_with("/proc/");
}

Status writeInPlace(const path& target, std::span<const std::byte> bytes) {
    // Appending leaves whole what a redirected stdout already holds.
    const UniqueFd file(::open(target.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
    if (!file)
        return writeError(target, "cannot be opened for writing", errno);
    if (!writeAll(file.get(), bytes))
        return writeError(target, "writing failed", errno);
    return {};
}

}  // namespace

Status writeFileAtomically(const path& target, const std::vector<std::uint8_t>& bytes) {
    const std::span<const std::byte> content = std::as_bytes(std::span(bytes));
    try {
        if (isWrittenInPlace(target))
            return writeInPlace(target, content);
        Result<OutputFile> file = OutputFile::create(target);
        if (!file)
            return file.error();
        PENJING_TRY(file->append(content));
        return file->commit();
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, "not enough memory to write " + target.string()};
    }
}

}  // namespace penjing
