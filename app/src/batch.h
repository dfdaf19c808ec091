#pragma once

#include <stop_token>
#include <string>

#include "draw_session.h"

namespace penjing::cli {

// Reads requests from `file` ("-" for stdin), one JSON object a line, draws them with one loaded model and prints one
// JSON object a line, in order. Pictures that exist with the same recipe are skipped. A request that fails is reported
// on its line and the rest go on. Returns the largest exit code of all.
int runBatch(const std::string& file, const DrawOptions& options, const GenerateRequest& defaults,
             std::stop_token stop);

}  // namespace penjing::cli
