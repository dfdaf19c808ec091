#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "penjing/image.h"
#include "penjing/result.h"

namespace penjing {

// What the PNG of any program says about how it was made, as far as it can be used here. Numbers are within the ranges
// that a GenerateRequest allows, else they are left out and named in notTaken.
struct ForeignRecipe {
    std::string program;  // "Penjing", "AUTOMATIC1111", "stable-diffusion.cpp", "InvokeAI", "Draw Things", "ComfyUI",
                          // "SwarmUI", "Fooocus", "flux2.c"; "unknown" where only the text form is recognised
    std::string prompt;   // UTF-8
    std::optional<std::uint64_t> seed;
    std::optional<int> steps;
    std::optional<double> guidance;
    std::optional<int> width, height;
    std::string modelName;              // as the other program calls it
    std::optional<Recipe> recipe;       // the whole recipe, where the picture is ours
    std::vector<std::string> notTaken;  // "negative prompt", "sampler (Euler a)", "LoRA (pixel-art)", …
};

// No value: the picture carries nothing that is understood. Usage error: it is no PNG. Hostile input is expected.
Result<std::optional<ForeignRecipe>> readForeignRecipe(const std::filesystem::path& path);
// Same from memory (fuzzed).
Result<std::optional<ForeignRecipe>> readForeignRecipe(const std::uint8_t* data, std::size_t size);

}  // namespace penjing
