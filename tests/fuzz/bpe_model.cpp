// The tokenizer of a pack: what is accepted must be written back to the same bytes and encode any text.
#include "tokenizer/bpe_model.h"
#include "fuzz_input.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "tokenizer/qwen_tokenizer.h"
#include "tokenizer/utf8.h"

namespace {

void require(bool holds) {
    if (!holds)
        std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    const auto model = penjing::parseBpeModel(bytes);
    if (!model) {
        penjing::fuzz::checkRefusal(model.error().message);
        return 0;
    }
    const auto again = penjing::serializeBpeModel(*model);
    require(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));

    const penjing::QwenTextEncoder encoder(*model);
    const std::string text =
        penjing::withInvalidUtf8Replaced({reinterpret_cast<const char*>(data), std::min<std::size_t>(size, 4096)}) +
        "it's 12  e\xcc\x81\n";
    require(!encoder.encode(text, text.size() * 4).empty());
    require(encoder.encode(text, 3).size() >= 1);
    return 0;
}
