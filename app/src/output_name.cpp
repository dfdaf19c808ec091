#include "output_name.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <system_error>

namespace penjing::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t maxSlugBytes = 60;

bool isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
}

bool isAsciiLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool isUtf8Continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// Shortens to at most `limit` bytes without cutting a UTF-8 sequence in two.
void shorten(std::string& text, std::size_t limit) {
    if (text.size() <= limit)
        return;
    while (limit > 0 && isUtf8Continuation(text[limit])) --limit;
    text.resize(limit);
}

Error writeFailed(const fs::path& file, const std::string& reason) {
    return {ErrorCode::WriteFailed, "cannot write " + file.string() + ": " + reason};
}

}  // namespace

std::string slug(std::string_view prompt) {
    std::string name;
    for (const char c : prompt) {
        if (isAsciiLetter(c))
            name += static_cast<char>(c | 0x20);
        else if (isAsciiDigit(c) || static_cast<unsigned char>(c) >= 0x80)
            name += c;
        else if (!name.empty() && name.back() != '-')
            name += '-';
        if (name.size() > 2 * maxSlugBytes)
            break;
    }
    shorten(name, maxSlugBytes);
    while (!name.empty() && name.back() == '-') name.pop_back();
    return name.empty() ? "picture" : name;
}

fs::path outputName(std::string_view prompt, std::uint64_t seed, int n) {
    const std::string base = slug(prompt) + "-" + std::to_string(seed);
    return n == 0 ? base + ".png" : base + "-" + std::to_string(n + 1) + ".png";
}

fs::path freeOutputName(std::string_view prompt, std::uint64_t seed) {
    for (int n = 0; n < std::numeric_limits<int>::max(); ++n) {
        fs::path candidate = outputName(prompt, seed, n);
        std::error_code ignored;
        if (!fs::exists(fs::symlink_status(candidate, ignored)))
            return candidate;
    }
    return outputName(prompt, seed, 0);
}

fs::path numbered(const fs::path& file, int number) {
    fs::path result = file;
    result.replace_filename(file.stem().string() + "-" + std::to_string(number) + file.extension().string());
    return result;
}

fs::path previewName(const fs::path& file) {
    fs::path result = file;
    result.replace_filename(file.stem().string() + ".preview.png");
    return result;
}

Status checkWritable(const fs::path& file) {
    if (!file.has_filename())
        return writeFailed(file, "it names a folder, not a file");
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return writeFailed(file, "there is no folder " + folder.string());
    if (access(folder.c_str(), W_OK | X_OK) != 0)
        return writeFailed(file, std::string("its folder: ") + std::strerror(errno));
    const fs::file_status status = fs::status(file, error);
    if (fs::is_directory(status))
        return writeFailed(file, "it is a folder");
    if (fs::exists(status) && !fs::is_regular_file(status))
        return writeFailed(file, "it is not a regular file");
    return {};
}

}  // namespace penjing::cli
