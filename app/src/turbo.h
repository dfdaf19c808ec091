#pragma once

#include "penjing/precision.h"

namespace penjing::cli {

// What --turbo means here: Int7, or the default with one line on stderr where that would be no faster.
Precision turboOrDefault();

}  // namespace penjing::cli
