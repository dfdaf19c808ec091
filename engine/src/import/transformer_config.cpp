#include <algorithm>
#include <set>

#include "import/config_file.h"
#include "import/source_config.h"

namespace penjing {
namespace {

// Settings that are read below, and those that say nothing about the pictures.
const std::set<std::string, std::less<>> kKnown{"in_channels", "out_channels", "num_layers", "num_single_layers",
                                                "attention_head_dim", "num_attention_heads", "joint_attention_dim",
                                                "timestep_guidance_channels", "mlp_ratio", "axes_dims_rope",
                                                "rope_theta", "eps", "guidance_embeds", "patch_size",
                                                // left over from training and from other runtimes
                                                "enable_time_sign_embed", "musubi_block_swap_device",
                                                "musubi_blocks_to_swap", "quantization", "quantization_config"};

void noteUnknown(const ConfigFile& file, const std::filesystem::path& path, std::vector<std::string>& notes) {
    for (const auto& [key, value] : file.document().items())
        if (!key.starts_with('_') && !kKnown.contains(key))
            notes.push_back(path.string() + ": the setting " + inQuotes(key) + " is not known and was ignored");
}

// One more than the largest N of tensors called PREFIX + N + ".…".
int countBlocks(const TensorCatalog& catalog, std::string_view prefix) {
    int count = 0;
    for (const std::string& name : catalog.names()) {
        if (!name.starts_with(prefix))
            continue;
        const std::string digits = name.substr(prefix.size(), 4);
        count = std::max(count, std::atoi(digits.c_str()) + 1);
    }
    return count;
}

// Size `dimension` of the weight of `module`, 0 if it is not there.
int sizeOf(const TensorCatalog& catalog, Naming naming, const std::string& module, std::size_t dimension) {
    const SourceTensor* tensor = catalog.find(transformerRows(naming, module, 1).front().module + ".weight");
    if (!tensor || tensor->shape.size() <= dimension || tensor->shape[dimension] > 1u << 20)
        return 0;
    return static_cast<int>(tensor->shape[dimension]);
}

}  // namespace

Result<TransformerConfig> readTransformerConfig(const std::filesystem::path& path, std::vector<std::string>& notes) {
    ConfigFile file;
    PENJING_TRY(file.open(path));
    TransformerConfig c;
    const std::string name = file.text("_class_name", "Flux2Transformer2DModel");
    if (name != "Flux2Transformer2DModel")
        file.report("_class_name", "is " + inQuotes(name) + "; only FLUX.2 transformers (Flux2Transformer2DModel) run");
    c.inChannels = file.integer("in_channels", 1, 4096);
    c.numLayers = file.integer("num_layers", 1, 256);
    c.numSingleLayers = file.integer("num_single_layers", 1, 256);
    c.headDim = file.integer("attention_head_dim", 8, 512);
    c.numHeads = file.integer("num_attention_heads", 1, 256);
    c.jointAttentionDim = file.integer("joint_attention_dim", 1, 1 << 18);
    c.timestepChannels = file.integer("timestep_guidance_channels", 2, 4096, 256);
    c.mlpRatio = file.number("mlp_ratio", 1.0 / 64, 64.0, 3.0);
    const std::vector<int> axes = file.integers("axes_dims_rope", 4, 2, 512);
    std::copy(axes.begin(), axes.end(), c.axesDimsRope.begin());
    c.ropeTheta = file.number("rope_theta", 1.0, 1e9, 2000.0);
    c.eps = static_cast<float>(file.number("eps", 1e-12, 1e-2, 1e-6));
    if (file.boolean("guidance_embeds", false))
        file.report("guidance_embeds",
                    "is true: FLUX.2 dev is not supported, only models without a guidance embedding");
    if (file.integer("patch_size", 1, 64, 1) != 1)
        file.report("patch_size", "must be 1");
    if (file.integer("out_channels", 1, 4096, c.inChannels) != c.inChannels)
        file.report("out_channels", "must be in_channels");
    PENJING_TRY(file.check());
    noteUnknown(file, path, notes);
    return c;
}

Result<TransformerConfig> transformerConfigFromShapes(const TensorCatalog& catalog, Naming naming) {
    const bool bfl = naming == Naming::Bfl;
    TransformerConfig c;
    c.inChannels = sizeOf(catalog, naming, "x_embedder", 1);
    c.jointAttentionDim = sizeOf(catalog, naming, "context_embedder", 1);
    c.timestepChannels = sizeOf(catalog, naming, "time_guidance_embed.timestep_embedder.linear_1", 1);
    c.numLayers = countBlocks(catalog, bfl ? "double_blocks." : "transformer_blocks.");
    c.numSingleLayers = countBlocks(catalog, bfl ? "single_blocks." : "single_transformer_blocks.");
    const SourceTensor* norm =
        catalog.find(transformerVector(naming, "single_transformer_blocks.0.attn.norm_q.weight"));
    const int hidden = sizeOf(catalog, naming, "x_embedder", 0);
    const int mlp = sizeOf(catalog, naming, "transformer_blocks.0.ff.linear_out", 1);
    if (c.inChannels == 0 || c.jointAttentionDim == 0 || c.timestepChannels == 0 || c.numLayers == 0 ||
        c.numSingleLayers == 0 || !norm || norm->shape.empty() || norm->shape[0] == 0 || norm->shape[0] > 512 ||
        hidden == 0 || mlp == 0)
        return modelFileError(catalog.files().front()->path.string() +
                              ": does not have the tensors of a FLUX.2 transformer, in diffusers' names or in BFL's");
    c.headDim = static_cast<int>(norm->shape[0]);
    c.numHeads = hidden / c.headDim;
    c.mlpRatio = static_cast<double>(mlp) / hidden;
    c.axesDimsRope.fill(c.headDim / 4);
    return c;
}

}  // namespace penjing
