#pragma once

#include <QString>
#include <optional>

#include "penjing/image.h"

namespace penjing::studio {

// Reads a PNG's text chunks and skips its pixels, which are all but a few hundred bytes of the file. Any thread.
// No value: it cannot be read or is no PNG. The recipe of a picture that carries none is a default one.
std::optional<Recipe> readPictureRecipe(const QString& path);

}  // namespace penjing::studio
