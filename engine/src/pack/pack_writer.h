#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/output_file.h"
#include "ops/tensor_view.h"
#include "pack/model_config.h"
#include "pack/pack.h"
#include "pack/sha256.h"
#include "penjing/result.h"

namespace penjing {

// How one tensor is going to be stored.
struct TensorPlan {
    std::string name;
    std::string dtype;
    std::vector<std::size_t> shape;
    std::optional<WeightFormat> layout;  // set where penjing.tensors has an entry
    std::vector<std::size_t> logical;    // the shape in that entry
    std::size_t bytes = 0;
};

// Plans `spec` stored as `format` (ignored for vectors). Bytes tensors get the shape [bytes].
TensorPlan planTensor(const TensorSpec& spec, WeightFormat format, std::size_t bytes = 0);

struct PackDescription {
    std::string name;
    std::string license;
    std::string attribution;
    ModelConfig config;
};

// Writes a pack from front to back in bounded memory: the tensors' bytes come in the order of the plans, in pieces of
// any size; hashes are computed on the way, and the header is filled in at the end. The file appears when it is whole.
class PackWriter {
public:
    // WriteFailed error.
    static Result<PackWriter> create(const std::filesystem::path& path, PackDescription description,
                                     std::vector<TensorPlan> plans);

    // More bytes of the current tensor; padding follows by itself when it is complete. Bytes beyond the tensor are a
    // defect of the caller (Internal).
    Status append(std::span<const std::byte> bytes);
    // The pack with all its tensors, for trying out before it appears. Internal error if tensors are incomplete.
    Result<std::shared_ptr<const Pack>> openWritten();
    // In place of the description's. Its JSON may not be longer than that one's, since the tensors lie behind it:
    // whoever finds a preview by trying out reserves its place with the longest one.
    void setPreview(PreviewConfig preview) { description_.config.preview = std::move(preview); }
    // Internal error if tensors are incomplete.
    Status finish();

    std::uint64_t fileBytes() const { return fileBytes_; }

private:
    PackWriter(OutputFile file, PackDescription description, std::vector<TensorPlan> plans);
    std::string headerText() const;
    Status writeHeader();
    Status completeTensor();

    OutputFile file_;
    PackDescription description_;
    std::vector<TensorPlan> plans_;
    std::map<std::string, std::string> hashes_;
    Sha256 hash_;
    std::size_t current_ = 0;       // index of the tensor being written
    std::size_t currentBytes_ = 0;  // of it, so far
    std::size_t headerBytes_ = 0;
    std::uint64_t fileBytes_ = 0;
};

}  // namespace penjing
