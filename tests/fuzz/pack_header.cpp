// The structural check of a model file, of inputs as fileWithZeros has them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "fuzz_input.h"
#include "pack/pack_contents.h"
#include "pack/weight_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4)
        return 0;
    const std::vector<std::uint8_t> file = penjing::fuzz::fileWithZeros(data, size);
    const auto contents = penjing::parsePack(std::as_bytes(std::span(file)));
    if (!contents) {
        penjing::fuzz::checkRefusal(contents.error().message);
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
