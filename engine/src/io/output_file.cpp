#include "io/output_file.h"

#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "io/temporary_name.h"

namespace penjing {
namespace {

using std::filesystem::path;

// A name that no other writer of this or another process uses; short, so that long target names still work.
path temporaryName(const path& folder) {
    static std::atomic<unsigned> counter{0};
    std::string name(kTemporaryPrefix);
    name.append(std::to_string(getpid())).append("-").append(std::to_string(counter++)).append(kTemporarySuffix);
    return folder / name;
}

// Opens a file that did not exist before, whatever a crashed process with the same number left behind.
UniqueFd createTemporary(const path& folder, path& name) {
    for (int attempt = 0; attempt < 100; ++attempt) {
        name = temporaryName(folder);
        UniqueFd file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
        if (file || errno != EEXIST)
            return file;
    }
    return UniqueFd(-1);
}

void syncFolder(const path& folder) {
    const UniqueFd descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor)
        ::fsync(descriptor.get());  // some file systems cannot; the data itself is already safe
}

path folderOf(const path& target) {
    return target.has_parent_path() ? target.parent_path() : path(".");
}

}  // namespace

Error writeError(const path& target, const char* what, int errorNumber) {
    std::string message = target.string();
    message.append(": ").append(what).append(": ").append(std::generic_category().message(errorNumber));
    return Error{ErrorCode::WriteFailed, std::move(message)};
}

bool writeAll(int descriptor, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return true;
}

OutputFile::OutputFile(path shown, path target, path temporary, UniqueFd file)
    : shown_(std::move(shown)), target_(std::move(target)), temporary_(std::move(temporary)), file_(std::move(file)) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : shown_(std::move(other.shown_)),
      target_(std::move(other.target_)),
      temporary_(std::exchange(other.temporary_, path())),
      file_(std::move(other.file_)) {}

OutputFile::~OutputFile() {
    if (!temporary_.empty())
        ::unlink(temporary_.c_str());
}

Result<OutputFile> OutputFile::create(const path& requested) {
    std::error_code failed;
    path target = std::filesystem::weakly_canonical(requested, failed);
    if (failed || target.empty())
        target = requested;
    if (std::filesystem::is_directory(target, failed))
        return writeError(requested, "cannot be written", EISDIR);
    path temporary;
    UniqueFd file = createTemporary(folderOf(target), temporary);
    if (!file)
        return writeError(requested, "cannot be created", errno);
    return OutputFile(requested, std::move(target), std::move(temporary), std::move(file));
}

Status OutputFile::append(std::span<const std::byte> bytes) {
    if (!writeAll(file_.get(), bytes))
        return writeError(shown_, "writing failed", errno);
    return {};
}

Status OutputFile::overwrite(std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return writeError(shown_, "writing failed", errno);
        offset += static_cast<std::uint64_t>(written);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Status OutputFile::commit() {
    if (::fsync(file_.get()) != 0)
        return writeError(shown_, "writing failed", errno);
    if (::rename(temporary_.c_str(), target_.c_str()) != 0)
        return writeError(shown_, "cannot be replaced", errno);
    temporary_.clear();
    syncFolder(folderOf(target_));
    return {};
}

}  // namespace penjing
