// The structural check of a model file. The first four bytes of an input (little-endian, modulo 4 MiB) say how many
// zero bytes follow the rest: tensor data, which the check does not look at, so that seeds stay small.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "pack/pack_contents.h"
#include "pack/weight_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4)
        return 0;
    const std::size_t zeros = (data[0] | data[1] << 8 | data[2] << 16) & 0x3fffff;
    std::vector<std::uint8_t> file(data + 4, data + size);
    file.resize(file.size() + zeros);
    const auto contents = penjing::parsePack(std::as_bytes(std::span(file)));
    if (!contents) {
        if (contents.error().message.empty() || contents.error().message.find('\n') != std::string::npos)
            std::abort();
        return 0;
    }
    // What passes must be safe to read.
    for (const penjing::PackTensor& tensor : contents->tensors) {
        const auto* begin = reinterpret_cast<const std::uint8_t*>(tensor.data.data());
        if (begin < file.data() || begin + tensor.data.size() > file.data() + file.size())
            std::abort();
        if (tensor.n > 0 && tensor.data.size() != penjing::matrixBytes(tensor.format, tensor.n, tensor.k))
            std::abort();
    }
    return 0;
}
