#pragma once

#include <string>

#include "penjing/image.h"

namespace penjing {

// Texts from files are shown in terminals, which act on control characters: all of them (U+0000…1F, 7F…9F) but line
// breaks become spaces. UTF-8 in, UTF-8 out.
void removeControls(std::string& text);
void removeControls(Recipe& recipe);

}  // namespace penjing
