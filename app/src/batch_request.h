#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "penjing/pipeline.h"
#include "penjing/result.h"

namespace penjing::cli {

// One line of a batch file.
struct BatchRequest {
    GenerateRequest generate;
    bool seedGiven = false;
    std::optional<std::filesystem::path> out;
};

// {"prompt": "...", "seed": 7, "steps": 8, "size": "128x128" (or "width" and "height"), "guidance": 3.0,
// "variation_seed": 1, "variation_strength": 0.2, "stop_after": 6, "compact_text": true, "out": "a.png"}; all but the
// prompt may be missing and then come from `defaults`. A variation takes both of its keys. A seed may also be a string,
// because not every JSON writer can hold 64 bits. Usage error for anything else, unknown keys among it.
Result<BatchRequest> parseBatchRequest(std::string_view line, const GenerateRequest& defaults);

}  // namespace penjing::cli
