#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/tensor_view.h"
#include "pack/model_config.h"
#include "penjing/result.h"

namespace penjing {

// Bytes of a tensor in the file and how they are to be read.
struct PackTensor {
    std::string name;
    std::string dtype;                // safetensors dtype: "U8", "BF16", "F32", ...
    std::vector<std::size_t> shape;   // as stored
    WeightFormat format{};            // for matrices and convolutions
    int n = 0, k = 0;                 // logical shape; for a convolution k = kh·kw·inputs
    std::span<const std::byte> data;  // in the mapping
    std::string sha256;               // from the metadata, lower-case hex
};

// A model file, mapped read-only. Everything is checked at open (see docs/formats/pack.md): afterwards views into it are
// trusted. Immutable and safe to share between threads; views are valid as long as the Pack lives.
class Pack {
public:
    // ModelFile error, one line, naming what is wrong; the file's hashes are not computed here (see verify).
    static Result<std::shared_ptr<const Pack>> open(const std::filesystem::path& path);
    ~Pack();
    Pack(const Pack&) = delete;
    Pack& operator=(const Pack&) = delete;

    const ModelConfig& config() const;
    const std::string& name() const;
    const std::string& license() const;
    const std::string& attribution() const;
    const std::filesystem::path& path() const;
    std::size_t fileBytes() const;
    const std::vector<PackTensor>& tensors() const;  // in file order

    // Lookups that cannot fail after a successful open for names in expectedTensors(config());
    // an unknown name is a defect and yields an empty view (data null).
    Weight weight(std::string_view name) const;        // matrices and convolutions
    const float* vector(std::string_view name) const;  // rank-1 F32
    std::span<const std::byte> bytes(std::string_view name) const;
    bool has(std::string_view name) const;

    // SHA-256 of every tensor against the metadata; ModelFile error naming the first that differs.
    Status verify() const;
    // SHA-256 over the per-tensor hashes in file order: identifies the model in recipes. Lower-case hex.
    std::string modelHash() const;
    // Tells the kernel that the pages of all tensors whose name starts with `prefix` are not needed for now.
    void giveBackPages(std::string_view prefix) const;
    // ModelFile error if the file was truncated or replaced since open (looked at before each phase of a run,
    // because touching a page beyond the end of a truncated file kills the process).
    Status checkStillThere() const;

private:
    struct Impl;
    explicit Pack(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace penjing
