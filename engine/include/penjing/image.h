#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "penjing/result.h"

namespace penjing {

// 8-bit RGB, row-major, no padding: rgb[(y * width + x) * 3 + channel].
struct Image {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
};

// A picture near another one: its noise lies on the arc (spherical interpolation) from the noise of the recipe's seed
// (strength 0) to that of this seed (strength 1).
struct Variation {
    std::uint64_t seed = 0;
    double strength = 0.0;  // 0..1; 0 is no variation

    bool operator==(const Variation&) const = default;
};

// Everything that is needed to draw a picture again; goes into the file as the iTXt chunk `penjing:recipe` (JSON),
// and in short into the `parameters` chunk that other programs read.
struct Recipe {
    std::string prompt;
    std::uint64_t seed = 0;
    int steps = 0;
    double guidance = 1.0;
    int width = 0;
    int height = 0;
    double shift = 1.0;
    std::optional<Variation> variation;
    bool compactText = false;  // see GenerateRequest
    int stoppedAfter = 0;      // steps after which drawing was ended early and the expected picture decoded; 0: none
    std::string modelName;
    std::string modelHash;      // Pack::modelHash
    std::string kernels;        // name of the kernel set
    std::string precision;      // "int7", "int8" or "int15"
    std::string engineVersion;  // e.g. "0.1.0"
    std::string pixelHash;      // SHA-256 over width, height (u32 LE) and the RGB bytes; lower-case hex
    std::string created;        // UTC, ISO 8601; may be empty
};

// Encodes to memory as PNG with the recipe's chunks before IDAT.
Result<std::vector<std::uint8_t>> encodePng(const Image& image, const Recipe* recipe);

// Writes through a temporary file in the same folder, flushed and renamed; what was at `path` stays whole on failure.
// WriteFailed error with the reason.
Status writeFileAtomically(const std::filesystem::path& path, const std::vector<std::uint8_t>& bytes);

// Removes what writers of this library left in `folder` when they were killed: temporary files older than an hour whose
// process does not run any more. The number of files removed; a folder that cannot be read has none.
int removeAbandonedFiles(const std::filesystem::path& folder);

// Decodes a PNG of any colour type to RGB (alpha is dropped). Usage error if it is not one; at most 100 megapixels.
Result<Image> readPng(const std::filesystem::path& path);

// The recipe in a PNG: our own chunk, else the `parameters` text of other programs as far as it is understood.
// No value: the picture carries none. Hostile input is expected.
Result<std::optional<Recipe>> readRecipe(const std::filesystem::path& path);
// Same from memory (fuzzed).
Result<std::optional<Recipe>> readRecipe(const std::uint8_t* data, std::size_t size);

std::string pixelHash(const Image& image);
std::string sha256Hex(const void* data, std::size_t size);
Result<std::string> sha256OfFile(const std::filesystem::path& path);

}  // namespace penjing
