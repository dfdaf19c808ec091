#pragma once

namespace penjing {

// The version in the recipes of pictures; the same as the project's in the top CMakeLists.txt.
inline constexpr const char* kEngineVersion = "0.1.0";

}  // namespace penjing
