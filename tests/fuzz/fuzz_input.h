#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace penjing::fuzz {

// An input as a file: its first four bytes (little-endian, modulo 4 MiB) say how many zero bytes follow the rest. They
// stand for tensor data, which the checks of headers do not look at, so that seeds stay small. `size` is 4 or more.
inline std::vector<std::uint8_t> fileWithZeros(const std::uint8_t* data, std::size_t size) {
    const std::size_t zeros = (data[0] | data[1] << 8 | data[2] << 16) & 0x3fffff;
    std::vector<std::uint8_t> file(size - 4 + zeros);
    std::copy(data + 4, data + size, file.begin());
    return file;
}

// Refusals are one line of text.
inline void checkRefusal(const std::string& message) {
    if (message.empty() || message.find('\n') != std::string::npos)
        std::abort();
}

}  // namespace penjing::fuzz
