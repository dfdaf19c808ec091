// The structural check of a GGUF file, of inputs as fileWithZeros has them.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "fuzz_input.h"
#include "import/gguf_source.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 4)
        return 0;
    const std::vector<std::uint8_t> file = penjing::fuzz::fileWithZeros(data, size);
    const auto tensors = penjing::parseGguf(std::as_bytes(std::span(file)));
    if (!tensors) {
        penjing::fuzz::checkRefusal(tensors.error().message);
        return 0;
    }
    // What passes must be safe to read.
    for (const penjing::GgufTensor& tensor : *tensors)
        if (tensor.begin > tensor.end || tensor.end > file.size() || tensor.shape.empty())
            std::abort();
    return 0;
}
