#include "import/config_file.h"
#include "import/source_config.h"

namespace penjing {
namespace {

// Layers whose outputs FLUX.2 klein takes (text_encoder_out_layers of diffusers' Flux2KleinPipeline).
const std::vector<int> kKleinOutLayers{9, 18, 27};

// Older writers have it beside the rest, newer ones in an object of its own.
double readRopeTheta(ConfigFile& file) {
    if (file.has("rope_theta"))
        return file.number("rope_theta", 1.0, 1e9, 0.0);
    ConfigReader rope = file.object("rope_parameters");
    if (rope.has("rope_type") && rope.text("rope_type") != "default")
        rope.report("rope_type", "must be \"default\"");
    return rope.number("rope_theta", 1.0, 1e9);
}

}  // namespace

Result<TextEncoderConfig> readTextEncoderConfig(const std::filesystem::path& path, const std::vector<int>& outLayers) {
    ConfigFile file;
    PENJING_TRY(file.open(path));
    TextEncoderConfig c;
    const std::string type = file.text("model_type", "qwen3");
    if (type != "qwen3")
        file.report("model_type", "is " + inQuotes(type) + "; the text encoder must be a Qwen3 model");
    c.hiddenSize = file.integer("hidden_size", 1, 16384);
    c.numLayers = file.integer("num_hidden_layers", 1, 256);
    c.numHeads = file.integer("num_attention_heads", 1, 256);
    c.numKvHeads = file.integer("num_key_value_heads", 1, 256, c.numHeads);
    c.headDim = file.integer("head_dim", 2, 512, 128);
    c.intermediateSize = file.integer("intermediate_size", 1, 131072);
    c.vocabSize = file.integer("vocab_size", 4, 1 << 20);
    c.rmsNormEps = static_cast<float>(file.number("rms_norm_eps", 1e-12, 1e-2, 1e-6));
    c.ropeTheta = readRopeTheta(file);
    if (file.text("hidden_act", "silu") != "silu")
        file.report("hidden_act", "must be \"silu\"");
    if (file.boolean("attention_bias", false))
        file.report("attention_bias", "must be false");
    if (file.boolean("use_sliding_window", false))
        file.report("use_sliding_window", "must be false");
    if (file.has("rope_scaling"))
        file.report("rope_scaling", "must be null");
    PENJING_TRY(file.check());

    c.outLayers = outLayers.empty() ? kKleinOutLayers : outLayers;
    for (const int layer : c.outLayers)
        if (layer < 1 || layer > c.numLayers)
            return modelFileError(path.string() + ": the text encoder has " + std::to_string(c.numLayers) +
                                  " layers, so the output of layer " + std::to_string(layer) +
                                  " cannot be the conditioning; --text-layers says which outputs are");
    return c;
}

}  // namespace penjing
