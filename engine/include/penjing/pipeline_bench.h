#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

#include "penjing/op_profile.h"
#include "penjing/pipeline.h"
#include "penjing/result.h"

namespace penjing {

struct PipelineBenchOptions {
    int threads = 0;  // as in PipelineOptions
    int width = 0;    // 0: the model's defaults
    int height = 0;
    int steps = 0;
    int warmRuns = 5;
    Precision precision = Precision::Int8;
};

struct MemoryPeaks {
    std::uint64_t resident = 0;
    std::uint64_t anonymous = 0;  // of it, without the mapped weights
};

// How long a model takes to draw.
struct PipelineTimings {
    int width = 0;
    int height = 0;
    int steps = 0;
    int threads = 0;
    std::string kernels;
    Precision precision{};
    PhaseSeconds cold;  // first picture, loading included, the file's pages dropped from the page cache before
    PhaseSeconds warm;  // medians of the next ones; every one has a new prompt, so the text encoder works too
    OpProfile textProfile, denoiseProfile, decodeProfile;  // over all the warm runs
    OpProfile profile() const;                             // their sum
    int warmRuns = 0;
    std::uint64_t peakResidentBytes = 0;  // as the system has it
    MemoryPeaks text, denoise, decode;    // largest seen in each phase of any picture, looking every 10 ms
    std::uint64_t peakAnonymousBytes() const { return std::max({text.anonymous, denoise.anonymous, decode.anonymous}); }
};

// Draws 1 + warmRuns pictures with the pack. Pages that other processes have mapped stay in the cache, so `cold` is
// only cold if nobody else uses the file. Random weights are welcome: the pictures are not checked. Errors: those of
// Model::open, Pipeline::create and Pipeline::generate.
Result<PipelineTimings> benchPipeline(const std::filesystem::path& pack, const PipelineBenchOptions& options,
                                      std::stop_token stop);

}  // namespace penjing
