#pragma once

#include <string>
#include <string_view>

#include "penjing/result.h"

namespace penjing {

// `text` in double quotes, fit for one line on a terminal: control and non-ASCII bytes become '?', long text is cut.
std::string inQuotes(std::string_view text);

inline Error modelFileError(std::string message) {
    return Error{ErrorCode::ModelFile, std::move(message)};
}

}  // namespace penjing
