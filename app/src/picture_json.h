#pragma once

#include <string>

#include "draw_session.h"

namespace penjing::cli {

// One line of JSON with keys that do not change: file, sha256, width, height, steps, seed,
// seconds{load, text, denoise, decode, total}, peak_resident_bytes, kernels, skipped, warnings; of pictures that
// have them also variation{seed, strength} and stopped_after.
std::string toJson(const DrawnPicture& picture);

// {"line": n, "error": {"code": 2, "message": "..."}}: what a batch says about a request that failed.
std::string toJson(const Error& error, long line);

}  // namespace penjing::cli
