#pragma once

#include <string>

#include "penjing/image.h"
#include "penjing/model.h"

namespace penjing::cli {

// What `penjing info` prints about a model and about a picture's recipe; several lines, each ended.
std::string describe(const ModelInfo& info);
std::string describe(const Recipe& recipe);

}  // namespace penjing::cli
