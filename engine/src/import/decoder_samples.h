#pragma once

#include <array>
#include <vector>

#include "ops/ops.h"
#include "pack/pack.h"
#include "penjing/result.h"

namespace penjing {

// Latent pixels, not normalised, and the mean colours, 0…1, of the pixels that a decoder made of each.
struct DecoderSamples {
    std::vector<float> latents;  // [pixels, latent channels]
    std::vector<std::array<double, 3>> colours;
};

// Lets the pack's decoder draw one small picture of random latents, another one for every number. The latents have the
// mean of the decoder's own normalisation and a part of its deviation. Errors: those of `ops`, and Memory.
Result<DecoderSamples> sampleDecoder(const Pack& pack, Ops& ops, int picture);

// Floats of scratch that it takes.
std::size_t decoderSampleFloats(const VaeConfig& config);

}  // namespace penjing
