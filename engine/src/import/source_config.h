#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "import/module_names.h"
#include "import/source_tensor.h"
#include "pack/model_config.h"
#include "penjing/import.h"
#include "penjing/result.h"

// The settings of a model out of the config.json files of diffusers and transformers. Values are checked roughly here
// and against each other by parseModelConfig at the end. All errors are ModelFile errors that name the file and key.
namespace penjing {

// `notes` receives a sentence for each setting that is not known and therefore ignored.
Result<TransformerConfig> readTransformerConfig(const std::filesystem::path& path, std::vector<std::string>& notes);
// Of a transformer without a configuration file, out of its tensors. What shapes do not say is as in FLUX.2 klein.
Result<TransformerConfig> transformerConfigFromShapes(const TensorCatalog& catalog, Naming naming);

// `outLayers` empty: 9, 18, 27 where the encoder has them.
Result<TextEncoderConfig> readTextEncoderConfig(const std::filesystem::path& path, const std::vector<int>& outLayers);

// Widths and depth come from the shapes; `path` may be empty, then the rest is as in FLUX.2.
Result<VaeConfig> readVaeConfig(const std::filesystem::path& path, const TensorCatalog& catalog, Naming naming);

// Scheduler, default sizes, steps and guidance. Both paths may be empty: as in FLUX.2 klein.
Status readPipelineConfig(const std::filesystem::path& scheduler, const std::filesystem::path& modelIndex,
                          ModelConfig& config, std::vector<std::string>& notes);

}  // namespace penjing
