#pragma once

#include "penjing/image.h"
#include "pipeline/drawing.h"
#include "pipeline/stage_context.h"
#include "vae/vae_decoder.h"

namespace penjing {

// Latents [image tokens, channels] to the finished picture. Errors: Internal (values that are not numbers), those of
// the operations.
Result<Image> decodePicture(const StageContext& context, const VaeDecoder& decoder, const Drawing& drawing,
                            ConstMat latents);

}  // namespace penjing
