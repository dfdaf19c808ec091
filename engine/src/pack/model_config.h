#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "penjing/result.h"

namespace penjing {

// Names and meanings are those of transformers' Qwen3Config; out_layers counts layer outputs from 1.
struct TextEncoderConfig {
    int hiddenSize = 0;
    int numLayers = 0;
    int numHeads = 0;
    int numKvHeads = 0;
    int headDim = 0;
    int intermediateSize = 0;
    int vocabSize = 0;
    float rmsNormEps = 1e-6f;
    double ropeTheta = 10000.0;
    std::vector<int> outLayers;
    int conditioningWidth() const { return hiddenSize * static_cast<int>(outLayers.size()); }
};

inline constexpr std::string_view kSentencePieceType = "sentencepiece";
inline constexpr std::string_view kQwenTokenizerType = "qwen2-bpe";

struct TokenizerConfig {
    std::string type;  // one of the two above
    int bos = 2;       // sentencepiece only, as eos
    int eos = 3;
    int pad = 0;
    int maxSequenceLength = 0;
    std::string prefix = {};  // qwen2-bpe only: the chat template before and behind the prompt, special tokens as text
    std::string suffix = {};
};

// Names and meanings are those of diffusers' Flux2Transformer2DModel.
struct TransformerConfig {
    int inChannels = 0;
    int numLayers = 0;        // double-stream blocks
    int numSingleLayers = 0;  // single-stream blocks
    int headDim = 0;
    int numHeads = 0;
    int jointAttentionDim = 0;
    int timestepChannels = 256;
    double mlpRatio = 3.0;
    std::array<int, 4> axesDimsRope{};
    double ropeTheta = 2000.0;
    float eps = 1e-6f;
    int hidden() const { return headDim * numHeads; }
    int mlpHidden() const { return static_cast<int>(hidden() * mlpRatio); }
};

// Names and meanings are those of diffusers' AutoencoderKLFlux2; only the decoder is in a pack.
struct VaeConfig {
    int latentChannels = 0;
    std::vector<int> decoderBlockOutChannels;  // from full resolution down, as in the class
    int layersPerBlock = 2;                    // the decoder has one more ResNet per block
    int normNumGroups = 32;
    int patch = 2;  // patch_size [2, 2]
    float batchNormEps = 1e-4f;
    bool usePostQuantConv = true;
    bool midBlockAddAttention = true;
    // Pixels per latent before patchifying, and per token.
    int scale() const { return 1 << (static_cast<int>(decoderBlockOutChannels.size()) - 1); }
    int pixelsPerToken() const { return scale() * patch; }
    int patchedChannels() const { return latentChannels * patch * patch; }
};

enum class DynamicMu { None, Flux2Empirical };

struct SchedulerConfig {
    double shift = 1.0;
    DynamicMu dynamicMu = DynamicMu::None;
};

struct GenerationDefaults {
    int width = 0;
    int height = 0;
    int steps = 0;
    double guidance = 1.0;
};

// What a small model knows, so that it can say when it is asked for something else. Empty: anything.
struct World {
    std::map<std::string, std::vector<std::string>> subjects;  // subject → words that mean it
    std::vector<std::string> styles;
    std::vector<std::string> colors;
    std::vector<std::string> words;  // other words seen in training
    bool empty() const { return subjects.empty(); }
};

struct PreviewConfig {
    std::vector<std::array<float, 3>> factors;  // one RGB row per latent channel; empty: no preview
    std::array<float, 3> bias{};
};

struct ModelConfig {
    TextEncoderConfig textEncoder;
    TokenizerConfig tokenizer;
    TransformerConfig transformer;
    VaeConfig vae;
    SchedulerConfig scheduler;
    GenerationDefaults defaults;
    int minSize = 16;
    int maxSize = 2048;
    World world;
    PreviewConfig preview;
};

// Parses and checks a configuration document: every number in a sane range, products that must agree do
// (heads × head_dim, rope axes, patchified channels = in_channels, text width = joint_attention_dim, groups divide
// channels). ModelFile error with the offending key otherwise. Safe on hostile input.
Result<ModelConfig> parseModelConfig(std::string_view json);
std::string toJson(const ModelConfig& config);

enum class TensorKind { Vector, Dense, LowBit, Conv, Bytes };

// One tensor that a model of this configuration consists of. `kernel` is 1 for everything but convolutions.
struct TensorSpec {
    std::string name;
    TensorKind kind = TensorKind::Vector;
    int n = 0;
    int k = 1;       // inputs (input channels for a convolution)
    int kernel = 1;  // 1 or 3
};

// Every tensor of the model, in file order: tokenizer, text_encoder, transformer, vae.
// LowBit means "may be low-bit or dense"; Dense means "dense or q8".
std::vector<TensorSpec> expectedTensors(const ModelConfig& config);

}  // namespace penjing
