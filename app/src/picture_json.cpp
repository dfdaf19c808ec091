#include "picture_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace penjing::cli {
namespace {

using Json = nlohmann::ordered_json;

// File names need not be UTF-8; a replacement character is better than no line.
std::string line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double milliseconds(double seconds) {
    return std::round(seconds * 1000.0) / 1000.0;
}

}  // namespace

std::string toJson(const DrawnPicture& picture) {
    const PhaseSeconds& seconds = picture.seconds;
    Json json{{"file", picture.file.string()},
              {"sha256", picture.sha256},
              {"width", picture.recipe.width},
              {"height", picture.recipe.height},
              {"steps", picture.recipe.steps},
              {"seed", picture.recipe.seed},
              {"seconds",
               {{"load", milliseconds(seconds.load)},
                {"text", milliseconds(seconds.text)},
                {"denoise", milliseconds(seconds.denoise)},
                {"decode", milliseconds(seconds.decode)},
                {"total", milliseconds(seconds.total)}}},
              {"peak_resident_bytes", picture.peakResidentBytes},
              {"kernels", picture.recipe.kernels},
              {"precision", picture.recipe.precision},
              {"skipped", picture.skipped},
              {"warnings", picture.warnings}};
    if (const auto& variation = picture.recipe.variation)
        json["variation"] = {{"seed", variation->seed}, {"strength", variation->strength}};
    if (picture.recipe.compactText)
        json["compact_text"] = true;
    if (picture.recipe.stoppedAfter > 0)
        json["stopped_after"] = picture.recipe.stoppedAfter;
    return line(json);
}

std::string toJson(const Error& error, long lineNumber) {
    return line(Json{{"line", lineNumber}, {"error", {{"code", exitCode(error)}, {"message", error.message}}}});
}

}  // namespace penjing::cli
