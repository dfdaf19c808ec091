#pragma once

#include "ops/tensor_view.h"
#include "pack/pack.h"
#include "penjing/image.h"
#include "pipeline/drawing.h"

namespace penjing {

// A rough picture of latents [tokens, patched channels] without the decoder: every latent becomes a colour by the
// model's linear factors, enlarged to the size of the picture by repetition. Precondition: the model has factors.
Image previewOf(const Pack& pack, const Drawing& drawing, ConstMat latents);

}  // namespace penjing
