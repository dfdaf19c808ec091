#include "import_report.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "console.h"
#include "text_layout.h"

namespace penjing::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string percentText(double part) {
    std::array<char, 32> text;
    std::snprintf(text.data(), text.size(), "%.3g %%", 100.0 * part);
    return text.data();
}

std::string lossLine(const ImportReport::Loss& loss) {
    return loss.what + ": relative error " + percentText(loss.relativeError) + ", at most " +
           percentText(loss.worstError) + " (" + loss.worstTensor + ")";
}

std::string roundingLine(const ImportReport::Rounding& rounding) {
    return rounding.what + ": " + std::to_string(rounding.inexact) + " of " + std::to_string(rounding.values) +
           " scales and offsets rounded to 16 bits, by at most " + percentText(rounding.worstRelative);
}

std::string publishedLine(const ImportReport::Published& file) {
    const std::string text = file.path.filename().string() + ": ";
    if (!file.hashMatches)
        return text + "has the size of " + file.name;
    return text + (*file.hashMatches ? "is " : "is not ") + file.name;
}

}  // namespace

std::string importJson(const ImportReport& report, const std::string& file, double seconds) {
    Json json{{"file", file},
              {"name", report.name},
              {"license", report.license},
              {"bytes", report.packBytes},
              {"seconds", seconds},
              {"parts", Json::array()},
              {"published", Json::array()},
              {"preview", nullptr},
              {"losses", Json::array()},
              {"roundings", Json::array()},
              {"ignored", report.ignored},
              {"notes", report.notes}};
    for (const auto& part : report.parts)
        json["parts"].push_back({{"part", part.part}, {"layout", part.layout}, {"path", part.path.string()}});
    for (const auto& known : report.published) {
        Json entry{{"path", known.path.string()}, {"name", known.name}, {"sha256_matches", nullptr}};
        if (known.hashMatches)
            entry["sha256_matches"] = *known.hashMatches;
        json["published"].push_back(std::move(entry));
    }
    if (report.preview)
        json["preview"] = {{"explained", report.preview->explained}, {"kept", report.preview->kept}};
    for (const auto& loss : report.losses)
        json["losses"].push_back({{"what", loss.what},
                                  {"weights", loss.weights},
                                  {"relative_error", loss.relativeError},
                                  {"worst_error", loss.worstError},
                                  {"worst_tensor", loss.worstTensor}});
    for (const auto& rounding : report.roundings)
        json["roundings"].push_back({{"what", rounding.what},
                                     {"values", rounding.values},
                                     {"inexact", rounding.inexact},
                                     {"worst_relative", rounding.worstRelative}});
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> importLines(const ImportReport& report) {
    std::vector<std::string> lines;
    lines.push_back(report.name + ", licence: " + report.license + ", " + bytesText(report.packBytes));
    for (const auto& part : report.parts) lines.push_back(part.part + ": " + part.layout);
    for (const auto& known : report.published) lines.push_back(publishedLine(known));
    if (report.preview && report.preview->kept)
        lines.push_back("previews: fitted to the decoder, " + percentText(report.preview->explained) +
                        " of the colours' variance explained");
    for (const auto& loss : report.losses) lines.push_back(lossLine(loss));
    for (const auto& rounding : report.roundings)
        if (rounding.inexact > 0)
            lines.push_back(roundingLine(rounding));
    if (!report.ignored.empty())
        lines.push_back(std::to_string(report.ignored.size()) + " tensors are not needed for drawing (" +
                        report.ignored.front() + ", ...)");
    for (const auto& note : report.notes) lines.push_back(note);
    return lines;
}

}  // namespace penjing::cli
