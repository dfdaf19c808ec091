#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "penjing/result.h"

namespace penjing {

// Packs with random weights: what a model costs in time and memory without having it. The pictures are noise.
enum class SynthPreset {
    Klein4b,    // FLUX.2 klein 4B with Qwen3-4B, ternary and 4-bit, full decoder: about 3.2 GB
    Seedling,   // the configuration of the bundled model
    Tiny,       // a few hundred kilobytes, for tests
    TinyKlein,  // as small, with klein's tokenizer and scheduler
};

// "klein-4b", "seedling", "tiny", "tiny-klein"; stable.
std::span<const std::string_view> synthPresetNames();
std::optional<SynthPreset> synthPresetByName(std::string_view name);

// Called now and then with the bytes written so far and in all; false stops the work.
using SynthProgress = std::function<bool(std::uint64_t doneBytes, std::uint64_t totalBytes)>;

// Writes a pack to `path` in bounded memory through a temporary file in the same folder that is renamed when it is
// whole. The same preset and seed give the same bytes. `progress` may be empty. Errors: WriteFailed, Cancelled, Memory.
Status synthesize(SynthPreset preset, std::uint64_t seed, const std::filesystem::path& path,
                  const SynthProgress& progress);

}  // namespace penjing
