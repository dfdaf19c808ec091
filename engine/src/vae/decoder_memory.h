#pragma once

#include <cstddef>

#include "pack/model_config.h"

namespace penjing {

// What decides how pictures are kept while they are decoded. It depends on the decoder and the size of the picture
// alone, never on the machine: the same picture everywhere.
struct DecoderMemory {
    // Pictures whole in fp32 while a block's two widest take no more; beyond that in binary16, band by band, and of
    // what can be computed again only what stays within this. 411 MB: FLUX.2's decoder at 512 x 512 is just within.
    std::size_t keptFloats = std::size_t{98} << 20;

    bool keepsBoth(std::size_t floats, std::size_t others) const { return floats + others <= keptFloats; }
    // Whether a picture is kept once it is enlarged, beside what it is made from and then what is made of it.
    bool keepsEnlarged(std::size_t source, std::size_t enlarged, std::size_t inner) const {
        return keepsBoth(source, enlarged) && keepsBoth(enlarged, inner);
    }
};

// Index among the decoder's up blocks of the first that runs band by band; their number if none does.
int firstStreamedBlock(const VaeConfig& config, int gridHeight, int gridWidth, const DecoderMemory& memory);

// Floats that decoding a picture of gridHeight x gridWidth tokens has alive at its worst moment.
std::size_t decoderFloats(const VaeConfig& config, int gridHeight, int gridWidth, const DecoderMemory& memory = {});

}  // namespace penjing
