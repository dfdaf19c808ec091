#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "import/source_tensor.h"
#include "pack/model_config.h"

// How the networks' modules are called in published files. Ours are the names of diffusers and transformers.
namespace penjing {

// Black Forest Labs' names, which ComfyUI and stable-diffusion.cpp use too.
enum class Naming { Diffusers, Bfl };
std::string namingText(Naming naming);

// Rows [first, first + count) of a module's weight. A whole matrix may be made of several, in order.
struct ModuleRows {
    std::string module;
    std::size_t first = 0;
    std::size_t count = 0;
    std::size_t all = 0;  // rows of that module in the file
};

Naming transformerNaming(const TensorCatalog& catalog);
Naming vaeNaming(const TensorCatalog& catalog);

// Where the matrix of `module` ("transformer_blocks.0.attn.to_k", with n outputs) is found.
std::vector<ModuleRows> transformerRows(Naming naming, const std::string& module, std::size_t n);
// The name of the tensor that holds a norm's weights ("transformer_blocks.0.attn.norm_q.weight").
std::string transformerVector(Naming naming, const std::string& name);
// The name of a tensor of the decoder without its ending, of `blocks` up blocks.
std::string vaeModule(Naming naming, const std::string& module, std::size_t blocks);

}  // namespace penjing
