#include "import_support.h"

#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>

#include "penjing/kernels/half_float.h"

namespace penjing::test {
namespace {

using nlohmann::ordered_json;
using Values = std::vector<float>;
using Weights = std::map<std::string, Values>;
namespace fs = std::filesystem;

constexpr std::size_t kGroup = 128;

template <typename T>
void put(FileBytes& out, T value) {
    std::uint8_t bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    out.insert(out.end(), bytes, bytes + sizeof(T));
}

void putText(FileBytes& out, const std::string& text) {
    put(out, static_cast<std::uint64_t>(text.size()));
    out.insert(out.end(), text.begin(), text.end());
}

std::size_t padded(std::size_t size) {
    return (size + 31) / 32 * 32;
}

float exactBf16(float value) {
    return floatFromBFloat16(bfloat16FromFloat(value));
}

// Groups of 128 of ±s, or −s, 0, s; s has three significant bits.
Values structured(std::size_t count, Structure structure, std::mt19937& random) {
    Values values(count);
    float scale = 0.0f;
    for (std::size_t i = 0; i < count; ++i) {
        if (i % kGroup == 0)
            scale = std::ldexp(static_cast<float>(4 + random() % 4), -7);
        const int trit = structure == Structure::Ternary ? static_cast<int>(random() % 3) - 1
                                                         : static_cast<int>(random() % 2) * 2 - 1;
        values[i] = static_cast<float>(trit) * scale;
    }
    return values;
}

Values plain(std::size_t count, float deviation, std::mt19937& random) {
    std::normal_distribution<float> normal(0.0f, deviation);
    Values values(count);
    for (float& value : values) value = exactBf16(normal(random));
    return values;
}

std::string rest(const std::string& name) {
    return name.substr(name.find('.') + 1);
}

ModelConfig smallConfig() {
    ModelConfig c;
    c.textEncoder = {128, 4, 2, 1, 64, 256, 384, 1e-6f, 1e6, {1, 2, 3}};
    c.transformer = {16, 1, 2, 64, 2, 384, 128, 3.0, {16, 16, 16, 16}, 2000.0, 1e-6f};
    c.vae = {4, {8, 8, 16, 16}, 1, 4, 2, 1e-4f, true, true};
    return c;
}

// Tensors that a source has and a pack has not.
void addUnneeded(SmallModel& model, std::mt19937& random) {
    model.text["norm.weight"] = plain(128, 1.0f, random);
    for (const char* name : {"input_layernorm", "post_attention_layernorm"})
        model.text["layers.3." + std::string(name) + ".weight"] = plain(128, 1.0f, random);
    model.vae["encoder.conv_in.bias"] = plain(8, 1.0f, random);
    model.vae["quant_conv.bias"] = plain(8, 1.0f, random);
}

std::vector<std::size_t> shapeOf(const SmallModel& model, const std::string& part, const std::string& name,
                                 std::size_t count) {
    for (const TensorSpec& spec : expectedTensors(model.config)) {
        if (spec.name != part + "." + name)
            continue;
        const auto n = static_cast<std::size_t>(spec.n), k = static_cast<std::size_t>(spec.k);
        const auto kernel = static_cast<std::size_t>(spec.kernel);
        if (spec.kind == TensorKind::Vector)
            return {n};
        return spec.kind == TensorKind::Conv ? std::vector{n, k, kernel, kernel} : std::vector{n, k};
    }
    return {count};
}

bool isBlockLinear(const std::string& name, const std::vector<std::size_t>& shape) {
    return name.find("transformer_blocks.") != std::string::npos && shape.size() == 2;
}

TensorList denseList(const SmallModel& model, const std::string& part, const Weights& weights,
                     const std::string& prefix) {
    TensorList list;
    for (const auto& [name, values] : weights)
        list.push_back({prefix + name, "BF16", shapeOf(model, part, name, values.size()), bf16Bytes(values)});
    return list;
}

float groupScale(const float* weights) {
    float scale = 0.0f;
    for (std::size_t i = 0; i < kGroup; ++i) scale = std::max(scale, std::fabs(weights[i]));
    return scale;
}

// The codes of a group, `bits` wide, lowest first: −s, 0, s are 0, 1, 2; with one bit −s, s are 0, 1.
void putCodes(FileBytes& out, const float* weights, std::size_t count, unsigned bits) {
    for (std::size_t i = 0; i < count; i += 8 / bits) {
        unsigned byte = 0;
        for (unsigned j = 0; j < 8 / bits; ++j) {
            const int sign = (weights[i + j] > 0.0f) - (weights[i + j] < 0.0f);
            byte |= static_cast<unsigned>(bits == 1 ? sign > 0 : sign + 1) << (j * bits);
        }
        out.push_back(static_cast<std::uint8_t>(byte));
    }
}

// A PTQ1_0 block, by the definition: byte = ceil(256 · v / 243), digit 0 most significant.
void putPtq1(FileBytes& out, const float* weights) {
    const auto digit = [&](std::size_t i) { return (weights[i] > 0.0f) - (weights[i] < 0.0f) + 1; };
    const auto putRun = [&](std::size_t first, std::size_t width, std::size_t digits) {
        for (std::size_t m = 0; m < width; ++m) {
            int v = 0;
            for (std::size_t n = 0; n < digits; ++n) v = v * 3 + digit(first + n * width + m);
            if (digits == 4)
                v *= 3;
            out.push_back(static_cast<std::uint8_t>((256 * v + 242) / 243));
        }
    };
    putRun(0, 16, 5);
    putRun(80, 8, 5);
    putRun(120, 2, 4);
    put(out, halfFromFloat(groupScale(weights)));
}

FileBytes ggmlBlocks(const Values& values, const std::string& type) {
    FileBytes out;
    for (std::size_t g = 0; g < values.size(); g += kGroup) {
        const float* weights = values.data() + g;
        const std::uint16_t scale = halfFromFloat(groupScale(weights));
        if (type == "PTQ1_0") {
            putPtq1(out, weights);
            continue;
        }
        const std::size_t block = type == "Q2_0" ? 64 : kGroup;
        for (std::size_t i = 0; i < kGroup; i += block) {
            put(out, scale);
            putCodes(out, weights + i, block, type == "Q1_0" ? 1 : 2);
        }
    }
    return out;
}

void append(FileBytes& out, const FileBytes& more) {
    out.insert(out.end(), more.begin(), more.end());
}

// MLX' triple of a ternary or binary matrix.
void addPacked(TensorList& list, const std::string& module, std::vector<std::size_t> shape, const Values& values,
               unsigned bits) {
    FileBytes codes;
    putCodes(codes, values.data(), values.size(), bits);
    Values scales, biases;
    for (std::size_t g = 0; g < values.size(); g += kGroup) {
        const float scale = groupScale(values.data() + g);
        scales.push_back(bits == 1 ? 2 * scale : scale);
        biases.push_back(-scale);
    }
    const std::size_t n = shape[0], k = shape[1];
    list.push_back({module + ".weight", "U32", {n, k * bits / 32}, codes});
    list.push_back({module + ".scales", "BF16", {n, k / kGroup}, bf16Bytes(scales)});
    list.push_back({module + ".biases", "BF16", {n, k / kGroup}, bf16Bytes(biases)});
}

// MLX' 4 bits per group of 64: scale and offset in bf16.
void addFourBits(TensorList& list, const std::string& module, std::vector<std::size_t> shape, const Values& values) {
    FileBytes codes;
    Values scales, biases;
    for (std::size_t g = 0; g < values.size(); g += 64) {
        const auto [low, high] = std::minmax_element(values.begin() + static_cast<std::ptrdiff_t>(g),
                                                     values.begin() + static_cast<std::ptrdiff_t>(g + 64));
        const float scale = exactBf16((*high - *low) / 15.0f), bias = *low;
        scales.push_back(scale);
        biases.push_back(bias);
        for (std::size_t i = g; i < g + 64; i += 2) {
            const auto code = [&](std::size_t at) {
                return static_cast<unsigned>(std::clamp(std::nearbyint((values[at] - bias) / scale), 0.0f, 15.0f));
            };
            codes.push_back(static_cast<std::uint8_t>(code(i) | code(i + 1) << 4));
        }
    }
    const std::size_t n = shape[0], k = shape[1];
    list.push_back({module + ".weight", "U32", {n, k / 8}, codes});
    list.push_back({module + ".scales", "BF16", {n, k / 64}, bf16Bytes(scales)});
    list.push_back({module + ".biases", "BF16", {n, k / 64}, bf16Bytes(biases)});
}

std::string moduleOf(const std::string& name) {
    return name.substr(0, name.rfind('.'));
}

void writeConfigs(const SmallModel& model, const fs::path& folder, const std::string& textFolder,
                  const std::string& transformerFolder) {
    const TextEncoderConfig& t = model.config.textEncoder;
    writeText(folder / textFolder / "config.json", ordered_json{{"model_type", "qwen3"},
                                                                {"hidden_size", t.hiddenSize},
                                                                {"num_hidden_layers", t.numLayers},
                                                                {"num_attention_heads", t.numHeads},
                                                                {"num_key_value_heads", t.numKvHeads},
                                                                {"head_dim", t.headDim},
                                                                {"intermediate_size", t.intermediateSize},
                                                                {"vocab_size", t.vocabSize},
                                                                {"rms_norm_eps", 1e-6},
                                                                {"rope_theta", 1000000},
                                                                {"attention_bias", false},
                                                                {"rope_scaling", nullptr},
                                                                {"tie_word_embeddings", true}}
                                                       .dump());
    const TransformerConfig& d = model.config.transformer;
    writeText(folder / transformerFolder / "config.json",
              ordered_json{{"_class_name", "Flux2Transformer2DModel"},
                           {"in_channels", d.inChannels},
                           {"out_channels", nullptr},
                           {"num_layers", d.numLayers},
                           {"num_single_layers", d.numSingleLayers},
                           {"attention_head_dim", d.headDim},
                           {"num_attention_heads", d.numHeads},
                           {"joint_attention_dim", d.jointAttentionDim},
                           {"timestep_guidance_channels", d.timestepChannels},
                           {"mlp_ratio", d.mlpRatio},
                           {"axes_dims_rope", d.axesDimsRope},
                           {"rope_theta", 2000},
                           {"eps", 1e-6},
                           {"guidance_embeds", false},
                           {"patch_size", 1},
                           {"musubi_blocks_to_swap", 0}}
                  .dump());
    writeText(folder / "vae" / "config.json",
              R"({"_class_name":"AutoencoderKLFlux2","latent_channels":4,"norm_num_groups":4,"patch_size":[2,2],)"
              R"("batch_norm_eps":0.0001,"act_fn":"silu"})");
    writeText(folder / "scheduler" / "scheduler_config.json",
              R"({"_class_name":"FlowMatchEulerDiscreteScheduler","shift":3.0,"use_dynamic_shifting":true,)"
              R"("time_shift_type":"exponential","shift_terminal":null})");
    writeText(folder / "model_index.json", R"({"_class_name":"Flux2KleinPipeline","is_distilled":true})");
    writeText(folder / "LICENSE", "Apache License\nVersion 2.0, January 2004\n");
    writeText(folder / "NOTICE.md", "A small model.\tNo training data.\n");
}

Values swappedHalves(const Values& values) {
    Values out(values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    out.insert(out.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return out;
}

std::string replaced(std::string text, const std::vector<std::pair<std::string, std::string>>& pairs) {
    for (const auto& [from, to] : pairs)
        if (const std::size_t at = text.find(from); at != std::string::npos)
            text.replace(at, from.size(), to);
    return text;
}

}  // namespace

FileBytes safetensorsBytes(const TensorList& tensors) {
    ordered_json header = ordered_json::object();
    FileBytes data;
    for (const StoredWeights& tensor : tensors) {
        header[tensor.name] = {{"dtype", tensor.dtype},
                               {"shape", tensor.shape},
                               {"data_offsets", {data.size(), data.size() + tensor.data.size()}}};
        append(data, tensor.data);
    }
    const std::string text = header.dump();
    FileBytes out;
    putText(out, text);
    append(out, data);
    return out;
}

FileBytes ggufBytes(const TensorList& tensors, const std::map<std::string, std::uint32_t>& typeIds,
                    const std::string& extraKey) {
    FileBytes out;
    put(out, std::uint32_t{0x46554747});
    put(out, std::uint32_t{3});
    put(out, static_cast<std::uint64_t>(tensors.size()));
    put(out, std::uint64_t{extraKey.empty() ? 2u : 3u});
    putText(out, "general.architecture");
    put(out, std::uint32_t{8});
    putText(out, "flux");
    putText(out, "some.list");
    put(out, std::uint32_t{9});
    put(out, std::uint32_t{8});
    put(out, std::uint64_t{2});
    putText(out, "a");
    putText(out, "bc");
    if (!extraKey.empty()) {
        putText(out, extraKey);
        put(out, std::uint32_t{7});
        put(out, std::uint8_t{1});
    }
    std::uint64_t offset = 0;
    for (const StoredWeights& tensor : tensors) {
        putText(out, tensor.name);
        put(out, static_cast<std::uint32_t>(tensor.shape.size()));
        for (auto size = tensor.shape.rbegin(); size != tensor.shape.rend(); ++size)
            put(out, static_cast<std::uint64_t>(*size));
        put(out, typeIds.at(tensor.dtype));
        put(out, offset);
        offset += padded(tensor.data.size());
    }
    out.resize(padded(out.size()));
    for (const StoredWeights& tensor : tensors) {
        append(out, tensor.data);
        out.resize(out.size() + padded(tensor.data.size()) - tensor.data.size());
    }
    return out;
}

FileBytes bf16Bytes(const Values& values) {
    FileBytes out;
    for (const float value : values) put(out, bfloat16FromFloat(value));
    return out;
}

FileBytes f16Bytes(const Values& values) {
    FileBytes out;
    for (const float value : values) put(out, halfFromFloat(value));
    return out;
}

SmallModel smallModel(Structure structure) {
    std::mt19937 random(11);
    SmallModel model{smallConfig(), structure, {}, {}, {}};
    for (const TensorSpec& spec : expectedTensors(model.config)) {
        const std::size_t count = static_cast<std::size_t>(spec.n) * static_cast<std::size_t>(spec.k) *
                                  static_cast<std::size_t>(spec.kernel * spec.kernel);
        if (spec.name.starts_with("text_encoder."))
            model.text[rest(spec.name)] = plain(count, spec.kind == TensorKind::Vector ? 1.0f : 0.05f, random);
        else if (spec.name.starts_with("vae."))
            model.vae[rest(spec.name)] = plain(count, 0.1f, random);
        else if (spec.kind == TensorKind::LowBit && structure != Structure::Plain)
            model.transformer[rest(spec.name)] = structured(count, structure, random);
        else if (spec.kind != TensorKind::Bytes)
            model.transformer[rest(spec.name)] = plain(count, 0.05f, random);
    }
    for (float& variance : model.vae["bn.running_var"]) variance = exactBf16(1.0f + std::fabs(variance));
    addUnneeded(model, random);
    return model;
}

void writeText(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    writeFile(path, FileBytes(text.begin(), text.end()));
}

void writeTokenizer(const fs::path& folder) {
    // Every byte in the spelling of byte-level BPE: itself where it is visible in Latin-1, else U+0100 and up.
    const auto utf8 = [](unsigned point) {
        std::string text;
        if (point < 0x80)
            return text += static_cast<char>(point);
        text += static_cast<char>(0xc0 | point >> 6);
        return text += static_cast<char>(0x80 | (point & 0x3f));
    };
    ordered_json vocabulary = ordered_json::object();
    unsigned next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const bool visible = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xff && byte != 0xad);
        vocabulary[utf8(visible ? byte : next++)] = byte;
    }
    writeText(folder / "vocab.json", vocabulary.dump());
    writeText(folder / "merges.txt", "#version: 0.2\n");
    writeText(folder / "added_tokens.json",
              R"({"<|endoftext|>":256,"<|im_start|>":257,"<|im_end|>":258,"<think>":259,"</think>":260})");
}

void writeUnpacked(const SmallModel& model, const fs::path& folder) {
    writeConfigs(model, folder, "text_encoder", "transformer");
    writeTokenizer(folder / "tokenizer");
    writeFile(folder / "text_encoder" / "model.safetensors",
              safetensorsBytes(denseList(model, "text_encoder", model.text, "model.")));
    writeFile(folder / "transformer" / "diffusion_pytorch_model.safetensors",
              safetensorsBytes(denseList(model, "transformer", model.transformer, "")));
    writeFile(folder / "vae" / "diffusion_pytorch_model.safetensors",
              safetensorsBytes(denseList(model, "vae", model.vae, "")));
}

TensorList mlxTransformer(const SmallModel& model) {
    TensorList list;
    for (const auto& [name, values] : model.transformer) {
        const std::vector<std::size_t> shape = shapeOf(model, "transformer", name, values.size());
        if (isBlockLinear(name, shape))
            addPacked(list, moduleOf(name), shape, values, model.structure == Structure::Binary ? 1 : 2);
        else
            list.push_back({name, "BF16", shape, bf16Bytes(values)});
    }
    return list;
}

void writeMlx(const SmallModel& model, const fs::path& folder) {
    writeConfigs(model, folder, "text_encoder-mlx-4bit", "transformer-packed-mflux");
    writeTokenizer(folder / "tokenizer");
    TensorList text;
    for (const auto& [name, values] : model.text) {
        const std::vector<std::size_t> shape = shapeOf(model, "text_encoder", name, values.size());
        if (shape.size() == 2)
            addFourBits(text, "model." + moduleOf(name), shape, values);
        else
            text.push_back({"model." + name, "BF16", shape, bf16Bytes(values)});
    }
    writeFile(folder / "text_encoder-mlx-4bit" / "model.safetensors", safetensorsBytes(text));
    writeFile(folder / "transformer-packed-mflux" / "diffusion_pytorch_model.safetensors",
              safetensorsBytes(mlxTransformer(model)));
    writeFile(folder / "vae" / "diffusion_pytorch_model.safetensors",
              safetensorsBytes(denseList(model, "vae", model.vae, "")));
}

TensorList bflTransformer(const SmallModel& model, const std::string& type) {
    const Weights& w = model.transformer;
    const std::string prefix = "model.diffusion_model.";
    const std::size_t hidden = 128;
    TensorList list;
    const auto add = [&](const std::string& theirs, const std::vector<std::size_t>& shape, const Values& values,
                         bool coded) {
        list.push_back(
            {prefix + theirs, coded ? type : "BF16", shape, coded ? ggmlBlocks(values, type) : bf16Bytes(values)});
    };
    const auto take = [&](const std::string& ours, const std::string& theirs) {
        const Values& values = w.at(ours);
        const std::vector<std::size_t> shape = shapeOf(model, "transformer", ours, values.size());
        add(theirs, shape, values, isBlockLinear(ours, shape));
    };
    const auto joint = [&](const std::string& block, const std::vector<std::string>& parts, const std::string& theirs) {
        Values values;
        for (const std::string& part : parts) {
            const Values& more = w.at(block + part + ".weight");
            values.insert(values.end(), more.begin(), more.end());
        }
        add(theirs, {3 * hidden, hidden}, values, true);
    };
    take("x_embedder.weight", "img_in.weight");
    take("context_embedder.weight", "txt_in.weight");
    take("time_guidance_embed.timestep_embedder.linear_1.weight", "time_in.in_layer.weight");
    take("time_guidance_embed.timestep_embedder.linear_2.weight", "time_in.out_layer.weight");
    for (const char* name :
         {"double_stream_modulation_img", "double_stream_modulation_txt", "single_stream_modulation"})
        take(std::string(name) + ".linear.weight", std::string(name) + ".lin.weight");
    const std::string ours = "transformer_blocks.0.", theirs = "double_blocks.0.";
    joint(ours, {"attn.to_q", "attn.to_k", "attn.to_v"}, theirs + "img_attn.qkv.weight");
    joint(ours, {"attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"}, theirs + "txt_attn.qkv.weight");
    take(ours + "attn.to_out.0.weight", theirs + "img_attn.proj.weight");
    take(ours + "attn.to_add_out.weight", theirs + "txt_attn.proj.weight");
    take(ours + "ff.linear_in.weight", theirs + "img_mlp.0.weight");
    take(ours + "ff.linear_out.weight", theirs + "img_mlp.2.weight");
    take(ours + "ff_context.linear_in.weight", theirs + "txt_mlp.0.weight");
    take(ours + "ff_context.linear_out.weight", theirs + "txt_mlp.2.weight");
    take(ours + "attn.norm_q.weight", theirs + "img_attn.norm.query_norm.scale");
    take(ours + "attn.norm_k.weight", theirs + "img_attn.norm.key_norm.scale");
    take(ours + "attn.norm_added_q.weight", theirs + "txt_attn.norm.query_norm.scale");
    take(ours + "attn.norm_added_k.weight", theirs + "txt_attn.norm.key_norm.scale");
    for (int b = 0; b < 2; ++b) {
        const std::string single = "single_transformer_blocks." + std::to_string(b) + ".attn.";
        const std::string block = "single_blocks." + std::to_string(b) + ".";
        take(single + "to_qkv_mlp_proj.weight", block + "linear1.weight");
        take(single + "to_out.weight", block + "linear2.weight");
        take(single + "norm_q.weight", block + "norm.query_norm.scale");
        take(single + "norm_k.weight", block + "norm.key_norm.scale");
    }
    add("final_layer.adaLN_modulation.1.weight", {2 * hidden, hidden}, swappedHalves(w.at("norm_out.linear.weight")),
        false);
    take("proj_out.weight", "final_layer.linear.weight");
    return list;
}

TensorList bflVae(const SmallModel& model) {
    TensorList list;
    for (const auto& [name, values] : model.vae) {
        std::string theirs = replaced(name, {{"mid_block.resnets.0", "mid.block_1"},
                                             {"mid_block.resnets.1", "mid.block_2"},
                                             {"mid_block.attentions.0.group_norm", "mid.attn_1.norm"},
                                             {"mid_block.attentions.0.to_q", "mid.attn_1.q"},
                                             {"mid_block.attentions.0.to_k", "mid.attn_1.k"},
                                             {"mid_block.attentions.0.to_v", "mid.attn_1.v"},
                                             {"mid_block.attentions.0.to_out.0", "mid.attn_1.proj_out"},
                                             {"decoder.conv_norm_out", "decoder.norm_out"},
                                             {"conv_shortcut", "nin_shortcut"},
                                             {"upsamplers.0.conv", "upsample.conv"},
                                             {".resnets.", ".block."}});
        for (int b = 0; b < 4; ++b)
            if (theirs.starts_with("decoder.up_blocks." + std::to_string(b)))
                theirs.replace(0, std::string("decoder.up_blocks.0").size(), "decoder.up." + std::to_string(3 - b));
        if (theirs.starts_with("post_quant_conv"))
            theirs = "decoder." + theirs;
        std::vector<std::size_t> shape = shapeOf(model, "vae", name, values.size());
        if (shape.size() == 2)  // attention, which BFL writes as 1×1 convolutions
            shape.insert(shape.end(), {1, 1});
        list.push_back({theirs, "BF16", shape, bf16Bytes(values)});
    }
    return list;
}

}  // namespace penjing::test
