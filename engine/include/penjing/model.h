#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "penjing/result.h"

namespace penjing {

class Pack;

// What a model is and what it can draw, for showing.
struct ModelInfo {
    std::string name;
    std::string license;
    std::string attribution;
    std::string hash;
    std::uint64_t fileBytes = 0;
    std::uint64_t textEncoderParameters = 0;
    std::uint64_t transformerParameters = 0;
    std::uint64_t vaeParameters = 0;
    double bitsPerWeight = 0.0;  // of the low-bit matrices, scales included
    int defaultWidth = 0, defaultHeight = 0, defaultSteps = 0;
    int minSize = 0, maxSize = 0, sizeMultiple = 16;
    int textTokens = 0;  // rows of a padded prompt, which every step sees besides the picture's
    double defaultGuidance = 1.0;
    bool previews = false;              // can show what is coming while it draws
    bool compactText = false;           // can draw from the prompt's own tokens only
    std::vector<std::string> subjects;  // empty: anything
    std::vector<std::string> styles;
    std::vector<std::string> colors;
    struct Tensor {
        std::string name, format;
        int n = 0, k = 0;
        std::uint64_t bytes = 0;
    };
    std::vector<Tensor> tensors;
};

// An opened model. Cheap to copy; immutable; thread-safe.
class Model {
public:
    // Maps and checks a pack. ModelFile error in one line.
    static Result<Model> open(const std::filesystem::path& path);

    ModelInfo info() const;
    // Recomputes every checksum.
    Status verify() const;
    // Words of `prompt` that the model was never shown; empty where it can draw anything.
    std::vector<std::string> unknownWords(const std::string& prompt) const;
    const Pack& pack() const { return *pack_; }

private:
    explicit Model(std::shared_ptr<const Pack> pack) : pack_(std::move(pack)) {}
    std::shared_ptr<const Pack> pack_;
};

}  // namespace penjing
