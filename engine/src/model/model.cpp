#include "penjing/model.h"

#include "model/word_list.h"
#include "pack/pack.h"
#include "pack/weight_format.h"

namespace penjing {
namespace {

// Adds up parameters per part and the storage of the low-bit matrices.
void countTensor(const PackTensor& tensor, ModelInfo& info, double& lowBits, double& lowWeights) {
    const auto count = static_cast<std::uint64_t>(tensor.n) * static_cast<std::uint64_t>(tensor.k);
    if (tensor.name.starts_with("text_encoder."))
        info.textEncoderParameters += count;
    else if (tensor.name.starts_with("transformer."))
        info.transformerParameters += count;
    else if (tensor.name.starts_with("vae."))
        info.vaeParameters += count;
    if (count != 0 && isLowBit(tensor.format)) {
        lowBits += 8.0 * static_cast<double>(tensor.data.size());
        lowWeights += static_cast<double>(count);
    }
}

ModelInfo::Tensor describe(const PackTensor& tensor) {
    // The tokenizer is bytes, not weights.
    const std::string format = tensor.n == 0 ? "bytes" : std::string(formatName(tensor.format));
    return {tensor.name, format, tensor.n, tensor.k, tensor.data.size()};
}

}  // namespace

Result<Model> Model::open(const std::filesystem::path& path) {
    Result<std::shared_ptr<const Pack>> pack = Pack::open(path);
    if (!pack)
        return pack.error();
    return Model(std::move(*pack));
}

ModelInfo Model::info() const {
    const ModelConfig& config = pack_->config();
    ModelInfo info;
    info.name = pack_->name();
    info.license = pack_->license();
    info.attribution = pack_->attribution();
    info.hash = pack_->modelHash();
    info.fileBytes = pack_->fileBytes();
    info.defaultWidth = config.defaults.width;
    info.defaultHeight = config.defaults.height;
    info.defaultSteps = config.defaults.steps;
    info.defaultGuidance = config.defaults.guidance;
    info.previews = !config.preview.factors.empty();
    info.compactText = config.tokenizer.type == kQwenTokenizerType;
    info.textTokens = config.tokenizer.maxSequenceLength;
    info.minSize = config.minSize;
    info.maxSize = config.maxSize;
    info.sizeMultiple = config.vae.pixelsPerToken();
    for (const auto& [subject, words] : config.world.subjects) info.subjects.push_back(subject);
    info.styles = config.world.styles;
    info.colors = config.world.colors;

    double lowBits = 0.0, lowWeights = 0.0;
    for (const PackTensor& tensor : pack_->tensors()) {
        countTensor(tensor, info, lowBits, lowWeights);
        info.tensors.push_back(describe(tensor));
    }
    info.bitsPerWeight = lowWeights > 0.0 ? lowBits / lowWeights : 0.0;
    return info;
}

Status Model::verify() const {
    return pack_->verify();
}

std::vector<std::string> Model::unknownWords(const std::string& prompt) const {
    const World& world = pack_->config().world;
    if (world.empty())
        return {};
    return WordList(world).unknownIn(prompt);
}

}  // namespace penjing
