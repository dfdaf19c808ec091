#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "penjing/result.h"

namespace penjing::cli {

// Usage error for a prompt without words, or with control characters other than tabs and line breaks.
// That it is UTF-8 is for the pipeline to check.
Status checkPrompt(std::string_view prompt);

// The prompt itself, or for "-" what comes on stdin, without the line break at its end.
Result<std::string> promptFrom(const std::string& argument, const std::stop_token& stop);

}  // namespace penjing::cli
