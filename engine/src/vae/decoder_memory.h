#pragma once

#include <cstddef>

#include "pack/model_config.h"

namespace penjing {

// Floats that decoding a picture of gridHeight x gridWidth tokens has alive at its worst moment.
std::size_t decoderFloats(const VaeConfig& config, int gridHeight, int gridWidth);

}  // namespace penjing
