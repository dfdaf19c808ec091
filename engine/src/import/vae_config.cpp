#include <cmath>

#include "import/config_file.h"
#include "import/source_config.h"

namespace penjing {
namespace {

constexpr std::size_t kMostBlocks = 6;
constexpr int kMostResnets = 9;

Error notADecoder(const TensorCatalog& catalog) {
    return modelFileError(catalog.files().front()->path.string() +
                          ": does not have the tensors of FLUX.2's decoder, in diffusers' names or in BFL's");
}

// Weight of a module of the decoder, or null.
const SourceTensor* weightOf(const TensorCatalog& catalog, Naming naming, const std::string& module,
                             std::size_t blocks) {
    const SourceTensor* tensor = catalog.find(vaeModule(naming, module, blocks) + ".weight");
    const bool sane = tensor && tensor->shape.size() >= 2 && tensor->shape[0] <= 4096 && tensor->shape[1] <= 4096;
    return sane ? tensor : nullptr;
}

std::string resnet(std::size_t block, int index) {
    return "decoder.up_blocks." + std::to_string(block) + ".resnets." + std::to_string(index) + ".conv1";
}

std::size_t countBlocks(const TensorCatalog& catalog, Naming naming) {
    const std::string prefix = naming == Naming::Bfl ? "decoder.up." : "decoder.up_blocks.";
    const std::string first = naming == Naming::Bfl ? ".block.0.conv1.weight" : ".resnets.0.conv1.weight";
    std::size_t blocks = 0;
    while (blocks < kMostBlocks && catalog.has(prefix + std::to_string(blocks) + first)) ++blocks;
    return blocks;
}

// What the shapes say.
Result<VaeConfig> configFromShapes(const TensorCatalog& catalog, Naming naming) {
    const std::size_t blocks = countBlocks(catalog, naming);
    const SourceTensor* convIn = weightOf(catalog, naming, "decoder.conv_in", blocks);
    const SourceTensor* mean = catalog.find("bn.running_mean");
    if (blocks == 0 || !convIn || !mean || mean->shape.size() != 1)
        return notADecoder(catalog);
    VaeConfig c;
    c.latentChannels = static_cast<int>(convIn->shape[1]);
    c.decoderBlockOutChannels.resize(blocks);
    for (std::size_t b = 0; b < blocks; ++b) {
        const SourceTensor* conv = weightOf(catalog, naming, resnet(b, 0), blocks);
        if (!conv)
            return notADecoder(catalog);
        // The list goes from full resolution down, the blocks the other way.
        c.decoderBlockOutChannels[blocks - 1 - b] = static_cast<int>(conv->shape[0]);
    }
    int resnets = 0;
    while (resnets < kMostResnets && weightOf(catalog, naming, resnet(0, resnets), blocks)) ++resnets;
    c.layersPerBlock = resnets - 1;
    const double area = static_cast<double>(mean->shape[0]) / std::max(1, c.latentChannels);
    c.patch = static_cast<int>(std::lround(std::sqrt(area)));
    c.usePostQuantConv = weightOf(catalog, naming, "post_quant_conv", blocks) != nullptr;
    c.midBlockAddAttention = weightOf(catalog, naming, "decoder.mid_block.attentions.0.to_q", blocks) != nullptr;
    return c;
}

}  // namespace

Result<VaeConfig> readVaeConfig(const std::filesystem::path& path, const TensorCatalog& catalog, Naming naming) {
    Result<VaeConfig> shapes = configFromShapes(catalog, naming);
    if (!shapes || path.empty())
        return shapes;
    VaeConfig c = *shapes;
    ConfigFile file;
    PENJING_TRY(file.open(path));
    const std::string name = file.text("_class_name", "AutoencoderKLFlux2");
    if (name != "AutoencoderKLFlux2")
        file.report("_class_name", "is " + inQuotes(name) + "; the decoder must be FLUX.2's (AutoencoderKLFlux2)");
    if (file.integer("latent_channels", 1, 256, c.latentChannels) != c.latentChannels)
        file.report("latent_channels", "does not fit the weights, which have " + std::to_string(c.latentChannels));
    c.normNumGroups = file.integer("norm_num_groups", 1, 1024, c.normNumGroups);
    c.batchNormEps = static_cast<float>(file.number("batch_norm_eps", 1e-12, 1.0, 1e-4));
    if (file.has("patch_size"))
        c.patch = file.integers("patch_size", 2, 1, 4)[0];
    if (file.text("act_fn", "silu") != "silu")
        file.report("act_fn", "must be \"silu\"");
    PENJING_TRY(file.check());
    return c;
}

}  // namespace penjing
