#pragma once

#include <string>
#include <string_view>

#include "penjing/image.h"

namespace penjing {

// The `parameters` text that most programs of the field read: the prompt, then one line "Steps: 4, Sampler: Euler, …".
// Nothing that a user typed stands in that last line except the model's name, quoted where it must be.
std::string writeInfotext(const Recipe& recipe);

// Reads such a text, whoever wrote it. Fields that it does not hold, or holds wrongly, keep their defaults; a text
// without a settings line is all prompt.
Recipe parseInfotext(std::string_view text);

}  // namespace penjing
