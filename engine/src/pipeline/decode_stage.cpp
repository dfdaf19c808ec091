#include "pipeline/decode_stage.h"

#include "pipeline/value_checks.h"
#include "vae/pixels.h"

namespace penjing {

Result<Image> decodePicture(const StageContext& context, const VaeDecoder& decoder, const Drawing& drawing,
                            ConstMat latents) {
    Result<Workspace> workspace = Workspace::reserve(
        VaeDecoder::workspaceFloats(context.pack.config().vae, drawing.gridHeight, drawing.gridWidth));
    if (!workspace)
        return workspace.error();
    const Result<Image2d> rgb =
        decoder.decode(context.ops, context.precision, *workspace, latents, drawing.gridHeight, drawing.gridWidth);
    if (!rgb)
        return rgb.error();
    PENJING_TRY(checkFinite(rgb->asMatrix(), "decoder"));
    return toPixels(*rgb);
}

}  // namespace penjing
