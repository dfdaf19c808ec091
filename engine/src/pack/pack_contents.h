#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pack/model_config.h"
#include "pack/pack.h"
#include "penjing/result.h"

namespace penjing {

inline constexpr std::string_view kPackFormatVersion = "1";
inline constexpr std::size_t kPackAlignment = 64;
// Tensors of zeros that fill the space before the next multiple of 64: safetensors knows no gaps.
inline constexpr std::string_view kPaddingPrefix = "padding.";

// Everything that a pack says about itself; the tensors' data point into the file.
struct PackContents {
    ModelConfig config;
    std::string name;
    std::string license;
    std::string attribution;
    std::vector<PackTensor> tensors;  // in file order, without padding
};

// Reads and checks a whole pack except its hashes: container, metadata, configuration, and every tensor against the
// configuration (docs/formats/pack.md). A function of the bytes alone, of which it reads the header and the padding.
// ModelFile error in one line.
Result<PackContents> parsePack(std::span<const std::byte> file);

}  // namespace penjing
