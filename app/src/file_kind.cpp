#include "file_kind.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

namespace penjing::cli {

Result<FileKind> fileKind(const std::filesystem::path& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return Error{ErrorCode::Usage, path.string() + " is a folder, not a pack or a picture"};
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return Error{ErrorCode::Usage, "cannot read " + path.string() + ": " + std::strerror(errno)};
    constexpr std::array<char, 8> pngSignature = {'\x89', 'P', 'N', 'G', '\r', '\n', '\x1a', '\n'};
    std::array<char, 8> start = {};
    file.read(start.data(), start.size());
    return start == pngSignature ? FileKind::Picture : FileKind::Pack;
}

}  // namespace penjing::cli
