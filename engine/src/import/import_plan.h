#pragma once

#include <string>
#include <vector>

#include "import/module_names.h"
#include "import/tensor_conversion.h"
#include "pack/model_config.h"
#include "penjing/import.h"

namespace penjing {

// Where one tensor of the pack comes from and what happens to it on the way.
struct PlannedTensor {
    TensorSpec spec;
    WeightFormat format{};  // ignored for vectors and bytes
    Method method = Method::Dense;
    std::string loss;     // how the report calls what this conversion loses
    MatrixRows rows;      // matrices
    SourceTensor stored;  // vectors and convolutions
};

// One part of the model in a source.
struct SourcePart {
    TensorCatalog catalog;
    Naming naming = Naming::Diffusers;
};

// Plan every tensor of `specs` (those of one part, in the pack's names) and report every tensor of the source that a
// pack has no use for; one that is not known to be useless is an error. What is found is marked as taken.
// `description` names the encoding that most matrices have.
Status planTransformer(SourcePart& source, const std::vector<TensorSpec>& specs, const ImportOptions& options,
                       std::vector<PlannedTensor>& out, std::string& description, ImportReport& report);
Status planTextEncoder(SourcePart& source, const std::vector<TensorSpec>& specs, const ImportOptions& options,
                       std::vector<PlannedTensor>& out, std::string& description, ImportReport& report);
Status planVae(SourcePart& source, const std::vector<TensorSpec>& specs, std::size_t blocks,
               std::vector<PlannedTensor>& out, ImportReport& report);

}  // namespace penjing
