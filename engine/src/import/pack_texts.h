#pragma once

#include <string>

#include "import/model_parts.h"

// What an imported pack says about itself, out of texts of strangers: valid UTF-8 without control characters, within
// the lengths that a pack may have.
namespace penjing {

// `name` fit for a pack; never empty.
std::string packName(const std::string& name);
// A name for the model in this folder or file.
std::string nameOfSource(const std::filesystem::path& source);
// "Apache-2.0" if LICENSE is that.
std::string licenseOf(const ModelParts& parts);
// `first`, if not empty, then NOTICE.md.
std::string attributionOf(const ModelParts& parts, const std::string& first);

}  // namespace penjing
