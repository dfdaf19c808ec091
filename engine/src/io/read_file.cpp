#include "io/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <exception>
#include <string>
#include <system_error>

#include "io/unique_fd.h"

namespace penjing {
namespace {

Error readError(const std::filesystem::path& path, const std::string& what) {
    return Error{ErrorCode::Usage, path.string() + ": " + what};
}

}  // namespace

Result<std::vector<std::uint8_t>> readWholeFile(const std::filesystem::path& path, std::size_t most) {
    // O_NONBLOCK: opening a FIFO must not wait for a writer.
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info {};
    if (!file || fstat(file.get(), &info) != 0)
        return readError(path, "cannot be opened: " + std::generic_category().message(errno));
    if (!S_ISREG(info.st_mode))
        return readError(path, "is not a regular file");
    if (static_cast<std::uint64_t>(info.st_size) > most)
        return readError(path, "is too large");
    try {
        std::vector<std::uint8_t> bytes(static_cast<std::size_t>(info.st_size));
        std::size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
            if (got < 0 && errno == EINTR)
                continue;
            if (got < 0)
                return readError(path, "cannot be read: " + std::generic_category().message(errno));
            if (got == 0)
                break;
            done += static_cast<std::size_t>(got);
        }
        bytes.resize(done);
        return bytes;
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, path.string() + ": not enough memory to read it"};
    }
}

}  // namespace penjing
