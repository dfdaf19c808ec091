// The configuration document: what is accepted must survive being written and read again, and make a tensor list.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "fuzz_input.h"
#include "pack/model_config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto config = penjing::parseModelConfig({reinterpret_cast<const char*>(data), size});
    if (!config) {
        penjing::fuzz::checkRefusal(config.error().message);
        return 0;
    }
    for (const penjing::TensorSpec& spec : penjing::expectedTensors(*config))
        if (spec.name.empty() || spec.n < 0 || spec.k < 1)
            std::abort();
    const std::string text = penjing::toJson(*config);
    const auto again = penjing::parseModelConfig(text);
    if (!again || penjing::toJson(*again) != text)
        std::abort();
    return 0;
}
