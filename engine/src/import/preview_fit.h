#pragma once

#include <functional>
#include <span>

#include "import/decoder_samples.h"
#include "pack/model_config.h"

namespace penjing {

// The linear picture of latents that comes closest to what a decoder draws of them.
struct PreviewFit {
    PreviewConfig preview;
    double explained = 0.0;  // see explainedBy(): of each picture by a fit to all the others, in the mean
};

// Pictures that fitPreview lets the decoder draw: several seconds of its time for a published model.
inline constexpr int kPreviewFitPictures = 6;

// Fits a preview to what the pack's decoder makes of random latents. Nobody has real ones while a model is imported.
// The same pack and kernels give the same numbers, for any number of threads. `pictureDone` is called after each
// picture; its error is passed on, others are those of `ops`, and Memory.
Result<PreviewFit> fitPreview(const Pack& pack, Ops& ops, const std::function<Status()>& pictureDone);

// Ridge regression from latents to colours over all pictures but one, if `except` is one; numbers rounded to 1/10000,
// which is 1/40 of a level of 8 bits. Precondition: as many channels in each picture.
PreviewConfig previewOfSamples(std::span<const DecoderSamples> pictures, int except = -1);
// 1 − squared error / variance over all three colours; negative if the preview is worse than the mean colour.
double explainedBy(const PreviewConfig& preview, const DecoderSamples& picture);

// Of all that previewOfSamples may return for so many channels, one that is longest when it is written as JSON.
PreviewConfig longestPreview(int latentChannels);

}  // namespace penjing
