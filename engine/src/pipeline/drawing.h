#pragma once

#include <cstdint>
#include <optional>

#include "pack/model_config.h"
#include "penjing/pipeline.h"

namespace penjing {

// A checked request with the model's defaults filled in.
struct Drawing {
    std::uint64_t seed = 0;
    int width = 0;
    int height = 0;
    int steps = 0;
    float guidance = 1.0f;
    int gridWidth = 0;  // tokens
    int gridHeight = 0;
    int textTokens = 0;  // of the padded text, or of a compact one once it is known
    bool compactText = false;
    std::optional<Variation> variation;  // none for a strength of 0
    int stepsBefore = 0;                 // finished by the run that this one goes on with
    int stopAfterStep = 0;               // 0: all steps, also where the request named the last one

    int imageTokens() const { return gridWidth * gridHeight; }
    int lastStep() const { return stopAfterStep > 0 ? stopAfterStep : steps; }
    // A guidance of exactly 1 is the conditional prediction alone.
    bool twoPasses() const { return guidance != 1.0f; }
};

// Usage error in one line if this model cannot serve the request.
Result<Drawing> resolveRequest(const GenerateRequest& request, const ModelConfig& config);

}  // namespace penjing
