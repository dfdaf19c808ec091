#include "pack/model_config.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "pack/config_reader.h"
#include "pack/error_text.h"
#include "pack/strict_json.h"

namespace penjing {
namespace {

using nlohmann::json;

constexpr int kWidest = 16384;      // hidden widths
constexpr int kWidestMlp = 131072;  // MLP widths
constexpr int kMostLayers = 256;
constexpr int kLargestVocabulary = 1 << 20;
constexpr int kLargestSide = 16384;  // pixels
constexpr std::size_t kLongestTemplate = 4096;

TextEncoderConfig readTextEncoder(ConfigReader in) {
    TextEncoderConfig c;
    c.hiddenSize = in.integer("hidden_size", 1, kWidest);
    c.numLayers = in.integer("num_hidden_layers", 1, kMostLayers);
    c.numHeads = in.integer("num_attention_heads", 1, 256);
    c.numKvHeads = in.integer("num_key_value_heads", 1, 256);
    c.headDim = in.integer("head_dim", 2, 512);
    c.intermediateSize = in.integer("intermediate_size", 1, kWidestMlp);
    c.vocabSize = in.integer("vocab_size", 4, kLargestVocabulary);
    c.rmsNormEps = static_cast<float>(in.number("rms_norm_eps", 1e-12, 1e-2));
    c.ropeTheta = in.number("rope_theta", 1.0, 1e9);
    c.outLayers = in.integers("out_layers", 1, 16, 1, c.numLayers);

    if (c.numHeads % c.numKvHeads != 0)
        in.report("num_key_value_heads", "must divide num_attention_heads");
    if (c.headDim % 2 != 0)
        in.report("head_dim", "must be even");
    for (std::size_t i = 1; i < c.outLayers.size(); ++i)
        if (c.outLayers[i] <= c.outLayers[i - 1])
            in.report("out_layers", "must ascend");
    in.finish();
    return c;
}

// Part of a chat template.
std::string readTemplate(ConfigReader& in, const std::string& key) {
    std::string text = in.text(key);
    if (text.size() > kLongestTemplate)
        in.report(key, "must be at most " + std::to_string(kLongestTemplate) + " bytes");
    return text;
}

TokenizerConfig readTokenizer(ConfigReader in, int vocabSize) {
    TokenizerConfig c;
    c.type = in.text("type");
    if (c.type == kSentencePieceType) {
        c.bos = in.integer("bos", 0, vocabSize - 1);
        c.eos = in.integer("eos", 0, vocabSize - 1);
    } else if (c.type == kQwenTokenizerType) {
        c.prefix = readTemplate(in, "prefix");
        c.suffix = readTemplate(in, "suffix");
    } else {
        in.report("type", "must be \"sentencepiece\" or \"qwen2-bpe\"");
    }
    c.pad = in.integer("pad", 0, vocabSize - 1);
    c.maxSequenceLength = in.integer("max_sequence_length", 3, 4096);
    in.finish();
    return c;
}

void checkTransformer(ConfigReader& in, const TransformerConfig& c) {
    if (c.headDim % 2 != 0)
        in.report("attention_head_dim", "must be even");
    if (c.hidden() > kWidest)
        in.report("num_attention_heads", "times attention_head_dim is more than " + std::to_string(kWidest));
    if (c.timestepChannels % 2 != 0)
        in.report("timestep_guidance_channels", "must be even");
    const double mlp = c.hidden() * c.mlpRatio;
    if (mlp < 1.0 || mlp > kWidestMlp || mlp != std::floor(mlp))
        in.report("mlp_ratio", "must make a whole MLP width of at most " + std::to_string(kWidestMlp));
    for (const int axis : c.axesDimsRope)
        if (axis % 2 != 0)
            in.report("axes_dims_rope", "must be even numbers");
    if (std::accumulate(c.axesDimsRope.begin(), c.axesDimsRope.end(), 0) != c.headDim)
        in.report("axes_dims_rope", "must add up to attention_head_dim");
}

TransformerConfig readTransformer(ConfigReader in) {
    TransformerConfig c;
    c.inChannels = in.integer("in_channels", 1, 4096);
    c.numLayers = in.integer("num_layers", 1, kMostLayers);
    c.numSingleLayers = in.integer("num_single_layers", 1, kMostLayers);
    c.headDim = in.integer("attention_head_dim", 8, 512);
    c.numHeads = in.integer("num_attention_heads", 1, 256);
    c.jointAttentionDim = in.integer("joint_attention_dim", 1, 16 * kWidest);
    c.timestepChannels = in.integer("timestep_guidance_channels", 2, 4096);
    c.mlpRatio = in.number("mlp_ratio", 1.0 / 64, 64.0);
    const std::vector<int> axes = in.integers("axes_dims_rope", 4, 4, 2, 512);
    std::copy(axes.begin(), axes.end(), c.axesDimsRope.begin());
    c.ropeTheta = in.number("rope_theta", 1.0, 1e9);
    c.eps = static_cast<float>(in.number("eps", 1e-12, 1e-2));
    checkTransformer(in, c);
    in.finish();
    return c;
}

VaeConfig readVae(ConfigReader in) {
    VaeConfig c;
    c.latentChannels = in.integer("latent_channels", 1, 256);
    c.decoderBlockOutChannels = in.integers("decoder_block_out_channels", 1, 6, 1, 4096);
    c.layersPerBlock = in.integer("layers_per_block", 1, 8);
    c.normNumGroups = in.integer("norm_num_groups", 1, 1024);
    const std::vector<int> patch = in.integers("patch_size", 2, 2, 1, 4);
    c.patch = patch[0];
    c.batchNormEps = static_cast<float>(in.number("batch_norm_eps", 1e-12, 1.0));
    c.usePostQuantConv = in.boolean("use_post_quant_conv");
    c.midBlockAddAttention = in.boolean("mid_block_add_attention");

    if (patch[0] != patch[1])
        in.report("patch_size", "must be two equal numbers");
    if (!std::ranges::is_sorted(c.decoderBlockOutChannels))
        in.report("decoder_block_out_channels", "must not become smaller");
    for (const int channels : c.decoderBlockOutChannels)
        if (channels % c.normNumGroups != 0)
            in.report("norm_num_groups", "must divide every entry of decoder_block_out_channels");
    in.finish();
    return c;
}

SchedulerConfig readScheduler(ConfigReader in) {
    SchedulerConfig c;
    c.shift = in.number("shift", 1e-3, 1e3);
    const std::string mu = in.text("dynamic_mu");
    if (mu == "flux2-empirical")
        c.dynamicMu = DynamicMu::Flux2Empirical;
    else if (mu != "none")
        in.report("dynamic_mu", "must be \"none\" or \"flux2-empirical\"");
    in.finish();
    return c;
}

void readSizes(ConfigReader& root, ModelConfig& config) {
    const int multiple = config.vae.pixelsPerToken();
    ConfigReader limits = root.object("limits");
    config.minSize = limits.integer("min_size", 1, kLargestSide);
    config.maxSize = limits.integer("max_size", config.minSize, kLargestSide);
    if (config.minSize % multiple != 0 || config.maxSize % multiple != 0)
        limits.report("min_size",
                      "and max_size must be multiples of " + std::to_string(multiple) + ", the pixels of one token");
    limits.finish();

    ConfigReader defaults = root.object("defaults");
    config.defaults.width = defaults.integer("width", config.minSize, config.maxSize);
    config.defaults.height = defaults.integer("height", config.minSize, config.maxSize);
    config.defaults.steps = defaults.integer("steps", 1, 1000);
    config.defaults.guidance = defaults.number("guidance", 0.0, 100.0);
    if (config.defaults.width % multiple != 0 || config.defaults.height % multiple != 0)
        defaults.report("width", "and height must be multiples of " + std::to_string(multiple));
    defaults.finish();
}

World readWorld(ConfigReader in) {
    World world;
    ConfigReader subjects = in.object("subjects");
    for (const std::string& subject : subjects.keys()) world.subjects[subject] = subjects.texts(subject);
    world.styles = in.texts("styles");
    world.colors = in.texts("colors");
    world.words = in.texts("words");
    in.finish();
    return world;
}

PreviewConfig readPreview(ConfigReader in, int latentChannels) {
    PreviewConfig preview;
    for (const std::vector<float>& row : in.rows("factors", 3)) preview.factors.push_back({row[0], row[1], row[2]});
    const std::vector<float> bias = in.numbers("bias", 3);
    std::copy(bias.begin(), bias.end(), preview.bias.begin());
    if (preview.factors.size() != static_cast<std::size_t>(latentChannels))
        in.report("factors", "must have one row per latent channel");
    in.finish();
    return preview;
}

// What one part of the configuration demands of another.
void checkAgreement(ConfigReader& root, const ModelConfig& config) {
    if (config.transformer.inChannels != config.vae.patchedChannels())
        root.report("transformer", "in_channels must be latent_channels times patch_size squared, " +
                                       std::to_string(config.vae.patchedChannels()));
    if (config.transformer.jointAttentionDim != config.textEncoder.conditioningWidth())
        root.report("transformer", "joint_attention_dim must be hidden_size times the number of out_layers, " +
                                       std::to_string(config.textEncoder.conditioningWidth()));
}

}  // namespace

Result<ModelConfig> parseModelConfig(std::string_view text) {
    json document;
    PENJING_TRY(parseStrictJson(text, {.depth = 5, .values = 200'000}, document));

    std::string problem;
    ConfigReader root(document, "", problem);
    if (root.text("architecture") != "penjing-flux2")
        root.report("architecture", "must be \"penjing-flux2\"");
    ModelConfig config;
    config.textEncoder = readTextEncoder(root.object("text_encoder"));
    config.tokenizer = readTokenizer(root.object("tokenizer"), config.textEncoder.vocabSize);
    config.transformer = readTransformer(root.object("transformer"));
    config.vae = readVae(root.object("vae"));
    config.scheduler = readScheduler(root.object("scheduler"));
    readSizes(root, config);
    if (root.has("world"))
        config.world = readWorld(root.object("world"));
    if (root.has("preview"))
        config.preview = readPreview(root.object("preview"), config.vae.latentChannels);
    checkAgreement(root, config);
    root.finish();
    if (!problem.empty())
        return modelFileError(problem);
    return config;
}

}  // namespace penjing
