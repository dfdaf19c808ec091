#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <vector>

#include "pack/sha256.h"
#include "penjing/image.h"

namespace penjing {

std::string pixelHash(const Image& image) {
    std::array<std::uint8_t, 8> size{};
    for (unsigned i = 0; i < 4; ++i) {
        size[i] = static_cast<std::uint8_t>(static_cast<unsigned>(image.width) >> (8 * i));
        size[4 + i] = static_cast<std::uint8_t>(static_cast<unsigned>(image.height) >> (8 * i));
    }
    Sha256 hash;
    hash.update(std::as_bytes(std::span(size)));
    hash.update(std::as_bytes(std::span(image.rgb)));
    return hash.finish();
}

std::string sha256Hex(const void* data, std::size_t size) {
    return sha256Of({static_cast<const std::byte*>(data), size});
}

Result<std::string> sha256OfFile(const std::filesystem::path& path) {
    const auto closeFile = [](std::FILE* file) { std::fclose(file); };
    const std::unique_ptr<std::FILE, decltype(closeFile)> file(std::fopen(path.c_str(), "rbe"), closeFile);
    if (!file)
        return Error{ErrorCode::Usage, path.string() + ": cannot be opened: " + std::generic_category().message(errno)};
    Sha256 hash;
    std::vector<std::byte> buffer(1u << 18);
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get()))
        hash.update(std::span(buffer).first(got));
    if (std::ferror(file.get()))
        return Error{ErrorCode::Usage, path.string() + ": cannot be read"};
    return hash.finish();
}

}  // namespace penjing
