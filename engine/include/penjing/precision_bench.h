#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "penjing/precision.h"
#include "penjing/result.h"

namespace penjing {

struct PrecisionBenchOptions {
    int threads = 0;  // as in PipelineOptions
    int width = 0;    // 0: the model's defaults
    int height = 0;
    int steps = 0;
    int pictures = 6;  // each with a prompt and a seed of its own; at least 1
};

// How far the pictures of one precision are from those of the accurate one.
struct PrecisionLoss {
    Precision precision{};
    double meanPsnr = 0.0;     // dB; infinite where nothing differs
    double lowestPsnr = 0.0;   // of any picture
    double latentError = 0.0;  // ‖a − b‖ / ‖b‖ of what went into the decoder, mean over the pictures
};

struct PrecisionReport {
    std::string kernels;
    int width = 0, height = 0, steps = 0, pictures = 0;
    std::vector<PrecisionLoss> losses;  // Int8, then Int7
};

// Draws every picture in all precisions, on any processor: the arithmetic of Int7 needs no lookups. Pictures are not
// checked, so random weights are welcome. Errors: those of Model::open, Pipeline::create and Pipeline::generate.
Result<PrecisionReport> benchPrecision(const std::filesystem::path& pack, const PrecisionBenchOptions& options,
                                       std::stop_token stop);

}  // namespace penjing
