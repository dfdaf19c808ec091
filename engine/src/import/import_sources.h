#pragma once

#include <optional>
#include <vector>

#include "import/import_plan.h"
#include "import/model_parts.h"
#include "pack/model_config.h"

namespace penjing {

// Everything that is known about a model before the first weight is converted.
struct ImportSources {
    SourcePart transformer;
    SourcePart textEncoder;
    SourcePart vae;
    ModelConfig config;
    std::vector<std::byte> tokenizer;    // the tensor tokenizer.model
    std::vector<PlannedTensor> tensors;  // in the pack's order
};

// Opens all parts, reads the configuration, and plans every tensor. ModelFile error in one line. Fills the report's
// parts, ignored tensors and notes.
Result<ImportSources> openSources(const ModelParts& parts, const ImportOptions& options, ImportReport& report);

}  // namespace penjing
