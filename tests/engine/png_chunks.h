#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "pack_support.h"

namespace penjing::test {

// A file with these chunks ("type" + data) and no pixels.
inline FileBytes pngWith(const std::vector<std::string>& chunks) {
    FileBytes file{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    const auto appendBigEndian = [&file](std::size_t value) {
        for (int shift = 24; shift >= 0; shift -= 8) file.push_back(static_cast<std::uint8_t>(value >> shift));
    };
    for (const std::string& chunk : chunks) {
        appendBigEndian(chunk.size() - 4);
        file.insert(file.end(), chunk.begin(), chunk.end());
        appendBigEndian(crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), static_cast<uInt>(chunk.size())));
    }
    return file;
}

inline std::string textChunk(const std::string& keyword, const std::string& text) {
    return "tEXt" + keyword + '\0' + text;
}

inline std::string internationalChunk(const std::string& keyword, const std::string& text) {
    return "iTXt" + keyword + std::string(5, '\0') + text;
}

inline std::string compressed(const std::string& text) {
    uLongf size = compressBound(static_cast<uLong>(text.size()));
    std::string result(size, '\0');
    compress(reinterpret_cast<Bytef*>(result.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
             static_cast<uLong>(text.size()));
    result.resize(size);
    return result;
}

inline std::string compressedChunk(const std::string& keyword, const std::string& text) {
    return "zTXt" + keyword + std::string(2, '\0') + compressed(text);
}

}  // namespace penjing::test
