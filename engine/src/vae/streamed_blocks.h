#pragma once

#include "vae/decoder_context.h"
#include "vae/decoder_memory.h"

namespace penjing {

// The rest of a decoding in little memory, from up block `first` to the colours: pictures are kept in binary16 and pass
// by in bands (vae/row_stream.h). What would not fit is computed again: GroupNorm needs sums over a whole picture
// before the first row of its result, so a picture that is not kept is made once for the sums and once more for use.
// context.current is the output of block first - 1 before its upsampler; afterwards it is [height, width, 3].
Status runStreamed(DecoderContext& context, const VaeWeights& weights, int first, const DecoderMemory& memory);

}  // namespace penjing
