#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "penjing/image.h"
#include "penjing/model.h"
#include "penjing/pipeline.h"
#include "penjing/result.h"

namespace penjing::cli {

struct DrawOptions {
    std::string model;  // --model; empty for the usual places (findModel)
    int threads = 0;    // 0: all
    Precision precision = Precision::Int8;
    int previewEvery = 0;
    bool showProgress = false;
};

// A picture in its file, and how it came to be.
struct DrawnPicture {
    std::filesystem::path file;
    std::string sha256;  // of the file
    Recipe recipe;
    PhaseSeconds seconds;
    std::uint64_t peakResidentBytes = 0;
    std::vector<std::string> warnings;
    bool skipped = false;  // it was there already (batch)
};

// A model that is opened once and draws into files.
class DrawSession {
public:
    static Result<DrawSession> open(const DrawOptions& options);

    // What a request will need, for showing; Usage error as from draw().
    Result<MemoryPlan> plan(const GenerateRequest& request) const { return pipeline_.plan(request); }

    // Draws into `out`, replacing what is there; without `out` into a new file named after prompt and seed.
    // Nothing is left behind on failure.
    Result<DrawnPicture> draw(const GenerateRequest& request, const std::optional<std::filesystem::path>& out,
                              std::stop_token stop);

    // The picture that `request` would make, if it is there: at `out`, or at one of the default names where there
    // is no `out`. Without `seedGiven` any seed will do.
    Result<std::optional<DrawnPicture>> findExisting(const GenerateRequest& request, bool seedGiven,
                                                     const std::optional<std::filesystem::path>& out) const;

private:
    DrawSession(const DrawOptions& options, Model model, Pipeline pipeline, double loadSeconds);
    // Usage error if the request makes no sense, or not for this model.
    Status check(const GenerateRequest& request) const;
    std::optional<DrawnPicture> existingAt(const std::filesystem::path& file, const GenerateRequest& request,
                                           bool seedGiven) const;

    DrawOptions options_;
    Model model_;
    ModelInfo info_;
    Pipeline pipeline_;
    double loadSeconds_;  // reported with the first picture, then 0
};

}  // namespace penjing::cli
