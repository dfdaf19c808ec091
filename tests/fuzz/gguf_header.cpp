// The structural check of a GGUF file. The first four bytes of an input (little-endian, modulo 4 MiB) say how many zero
// bytes follow the rest: tensor data, which the check does not look at, so that seeds stay small.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "import/gguf_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4)
        return 0;
    const std::size_t zeros = (data[0] | data[1] << 8 | data[2] << 16) & 0x3fffff;
    std::vector<std::uint8_t> file(data + 4, data + size);
    file.resize(file.size() + zeros);
    const auto tensors = penjing::parseGguf(std::as_bytes(std::span(file)));
    if (!tensors) {
        if (tensors.error().message.empty() || tensors.error().message.find('\n') != std::string::npos)
            std::abort();
        return 0;
    }
    // What passes must be safe to read.
    for (const penjing::GgufTensor& tensor : *tensors)
        if (tensor.begin > tensor.end || tensor.end > file.size() || tensor.shape.empty())
            std::abort();
    return 0;
}
