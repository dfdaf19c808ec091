#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "import/source_tensor.h"
#include "penjing/result.h"

namespace penjing {

// One tensor of a GGUF file; begin and end are offsets in the file.
struct GgufTensor {
    std::string name;
    std::string dtype;               // "F32", "Q1_0", ...
    std::vector<std::size_t> shape;  // outermost first (GGUF lists the innermost first)
    std::size_t begin = 0;
    std::size_t end = 0;
};

// Reads and checks the header of a GGUF file, version 2 or 3
// (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md): every length, every type, and that tensors lie inside
// the file without overlap. Type id 42 is Q2_0 or PQ2_0, whichever fits the tensor's length. ModelFile error in one
// line, also for types that are not read and for rotated weights (prism.hadamard.*). Looks at the header bytes only.
Result<std::vector<GgufTensor>> parseGguf(std::span<const std::byte> file);

// Adds the tensors of one GGUF file. ModelFile error in one line that names the file.
Status addGgufFile(const std::filesystem::path& path, TensorCatalog& catalog);

}  // namespace penjing
