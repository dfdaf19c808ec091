#pragma once

#include <cstddef>

#include "ops/ops.h"
#include "ops/workspace.h"
#include "pack/pack.h"
#include "vae/decoder_memory.h"
#include "vae/vae_weights.h"

namespace penjing {

// The decoder of diffusers' AutoencoderKLFlux2, without tiles: every normalisation is over the whole picture.
// Immutable; refers to the pack's weights, which must outlive it.
class VaeDecoder {
public:
    explicit VaeDecoder(const Pack& pack, const DecoderMemory& memory = {});

    // Picture [gridHeight·pixelsPerToken, gridWidth·pixelsPerToken, 3], about -1…1, of normalised latents
    // [gridHeight·gridWidth, patchedChannels]. It lies in `workspace`, which must have workspaceFloats() left, and is
    // valid until the workspace is released. Errors: those of `ops`.
    Result<Image2d> decode(Ops& ops, Precision precision, Workspace& workspace, ConstMat latents, int gridHeight,
                           int gridWidth) const;

    static std::size_t workspaceFloats(const VaeConfig& config, int gridHeight, int gridWidth,
                                       const DecoderMemory& memory = {});

private:
    const VaeConfig& config_;
    DecoderMemory memory_;
    VaeWeights weights_;
};

}  // namespace penjing
