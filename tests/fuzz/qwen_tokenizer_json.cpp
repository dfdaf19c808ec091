// tokenizer.json of a stranger's model folder: what is accepted makes a vocabulary that a pack's reader accepts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fuzz_input.h"
#include "tokenizer/qwen_tokenizer_files.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto model = penjing::parseQwenTokenizerJson({reinterpret_cast<const char*>(data), size});
    if (!model) {
        penjing::fuzz::checkRefusal(model.error().message);
        return 0;
    }
    if (!penjing::parseBpeModel(penjing::serializeBpeModel(*model)))
        std::abort();
    return 0;
}
