#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "penjing/image.h"
#include "penjing/model.h"
#include "penjing/pipeline.h"
#include "penjing/result.h"

namespace penjing {

enum class Match {
    Identical,  // the same pixels
    SameLook,   // a difference that nobody sees: at least sameLookDecibels
    Different,
};

// Peak signal-to-noise ratio from which two pictures count as the same look.
inline constexpr double sameLookDecibels = 40.0;

struct PictureVerdict {
    Match match = Match::Different;
    double psnr = 0.0;   // dB; infinite if identical, NaN if nothing was rendered
    std::string reason;  // one line on why it is not identical; empty if it is
    Recipe recipe;       // as found in the picture
};

// Draws the picture again from its own recipe and compares. Uses the recipe's kernel set where this machine has it.
// A picture of another model, or one whose size contradicts its recipe, is Different without being rendered.
// Errors: Usage (not a PNG, no recipe in it, or one this model cannot serve) and those of Pipeline::generate.
Result<PictureVerdict> verifyPicture(const std::filesystem::path& picture, const Model& model, std::stop_token stop,
                                     const ProgressCallback& progress);

// PSNR over all channels in dB; infinite for equal pictures. Both must have the same size.
double psnr(const Image& a, const Image& b);

}  // namespace penjing
