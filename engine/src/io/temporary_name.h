#pragma once

#include <string_view>

namespace penjing {

// Files that are being written are called PREFIX process "-" counter SUFFIX, in the folder of their target: so it can
// be told whether their writer still lives.
inline constexpr std::string_view kTemporaryPrefix = ".penjing-";
inline constexpr std::string_view kTemporarySuffix = ".tmp";

}  // namespace penjing
