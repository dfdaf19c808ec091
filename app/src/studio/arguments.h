#pragma once

#include <optional>
#include <string>
#include <vector>

#include "penjing/result.h"

namespace penjing::studio {

// The command line of penjing-studio, as typed.
struct Arguments {
    std::string model;               // --model; empty: the one used last, else the bundled one
    std::string pictures;            // --pictures; empty: as set in the window
    std::string state;               // --state; empty: the desktop's usual places
    std::vector<std::string> files;  // pictures and packs to open
};

// No value: --help or --version was asked for and answered on stdout. Usage error in one line; WriteFailed if stdout
// cannot be written. Needs no display and no Qt.
Result<std::optional<Arguments>> parseArguments(int argc, const char* const* argv);

}  // namespace penjing::studio
