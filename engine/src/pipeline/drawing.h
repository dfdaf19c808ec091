#pragma once

#include <cstdint>

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

    int imageTokens() const { return gridWidth * gridHeight; }
    // A guidance of exactly 1 is the conditional prediction alone.
    bool twoPasses() const { return guidance != 1.0f; }
};

// Usage error in one line if this model cannot serve the request.
Result<Drawing> resolveRequest(const GenerateRequest& request, const ModelConfig& config);

}  // namespace penjing
