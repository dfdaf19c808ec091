#pragma once

#include <string>
#include <vector>

#include "penjing/import.h"

namespace penjing::cli {

// One object: file, name, license, bytes, seconds, parts, published, losses, roundings, ignored, notes.
std::string importJson(const ImportReport& report, const std::string& file, double seconds);

// Lines for people: what was read, what is published, what was lost, what to know.
std::vector<std::string> importLines(const ImportReport& report);

}  // namespace penjing::cli
