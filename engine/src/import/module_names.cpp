#include "import/module_names.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

namespace penjing {
namespace {

using Pair = std::pair<std::string_view, std::string_view>;

// diffusers, BFL
constexpr std::array<Pair, 9> kTransformerModules{{
    {"x_embedder", "img_in"},
    {"context_embedder", "txt_in"},
    {"time_guidance_embed.timestep_embedder.linear_1", "time_in.in_layer"},
    {"time_guidance_embed.timestep_embedder.linear_2", "time_in.out_layer"},
    {"double_stream_modulation_img.linear", "double_stream_modulation_img.lin"},
    {"double_stream_modulation_txt.linear", "double_stream_modulation_txt.lin"},
    {"single_stream_modulation.linear", "single_stream_modulation.lin"},
    {"norm_out.linear", "final_layer.adaLN_modulation.1"},
    {"proj_out", "final_layer.linear"},
}};

constexpr std::array<Pair, 10> kDoubleBlock{{
    {"attn.to_out.0", "img_attn.proj"},
    {"attn.to_add_out", "txt_attn.proj"},
    {"ff.linear_in", "img_mlp.0"},
    {"ff.linear_out", "img_mlp.2"},
    {"ff_context.linear_in", "txt_mlp.0"},
    {"ff_context.linear_out", "txt_mlp.2"},
    {"attn.norm_q", "img_attn.norm.query_norm"},
    {"attn.norm_k", "img_attn.norm.key_norm"},
    {"attn.norm_added_q", "txt_attn.norm.query_norm"},
    {"attn.norm_added_k", "txt_attn.norm.key_norm"},
}};

constexpr std::array<Pair, 4> kSingleBlock{{
    {"attn.to_qkv_mlp_proj", "linear1"},
    {"attn.to_out", "linear2"},
    {"attn.norm_q", "norm.query_norm"},
    {"attn.norm_k", "norm.key_norm"},
}};

// Projections that BFL keeps in one matrix, in this order from top to bottom.
constexpr std::array<std::string_view, 3> kImageProjections{"attn.to_q", "attn.to_k", "attn.to_v"};
constexpr std::array<std::string_view, 3> kTextProjections{"attn.add_q_proj", "attn.add_k_proj", "attn.add_v_proj"};

constexpr std::array<Pair, 6> kVaeModules{{
    {"post_quant_conv", "decoder.post_quant_conv"},
    {"decoder.mid_block.resnets.0.", "decoder.mid.block_1."},
    {"decoder.mid_block.resnets.1.", "decoder.mid.block_2."},
    {"decoder.conv_norm_out", "decoder.norm_out"},
    {"decoder.conv_in", "decoder.conv_in"},
    {"decoder.conv_out", "decoder.conv_out"},
}};

constexpr std::array<Pair, 5> kVaeAttention{{
    {"group_norm", "norm"},
    {"to_q", "q"},
    {"to_k", "k"},
    {"to_v", "v"},
    {"to_out.0", "proj_out"},
}};

template <std::size_t N>
std::optional<std::string> lookUp(const std::array<Pair, N>& table, std::string_view name) {
    for (const auto& [ours, theirs] : table)
        if (ours == name)
            return std::string(theirs);
    return std::nullopt;
}

// "PREFIX7.rest" → "7", "rest".
std::optional<std::pair<std::string, std::string>> numbered(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix))
        return std::nullopt;
    name.remove_prefix(prefix.size());
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos)
        return std::nullopt;
    return std::pair(std::string(name.substr(0, dot)), std::string(name.substr(dot + 1)));
}

// A projection of attention: BFL's joint matrix and the place in it.
std::optional<ModuleRows> jointProjection(const std::string& block, std::string_view module, std::size_t n) {
    for (std::size_t i = 0; i < 3; ++i) {
        if (module == kImageProjections[i])
            return ModuleRows{"double_blocks." + block + ".img_attn.qkv", i * n, n, 3 * n};
        if (module == kTextProjections[i])
            return ModuleRows{"double_blocks." + block + ".txt_attn.qkv", i * n, n, 3 * n};
    }
    return std::nullopt;
}

std::string bflTransformerModule(const std::string& module) {
    if (const auto found = lookUp(kTransformerModules, module))
        return *found;
    if (const auto block = numbered(module, "transformer_blocks."))
        if (const auto found = lookUp(kDoubleBlock, block->second))
            return "double_blocks." + block->first + "." + *found;
    if (const auto block = numbered(module, "single_transformer_blocks."))
        if (const auto found = lookUp(kSingleBlock, block->second))
            return "single_blocks." + block->first + "." + *found;
    return module;
}

bool hasPrefix(const TensorCatalog& catalog, std::string_view prefix) {
    for (const std::string& name : catalog.names())
        if (name.starts_with(prefix))
            return true;
    return false;
}

// The rest of the name of an up block's part.
std::string bflUpBlock(const std::string& number, const std::string& rest, std::size_t blocks) {
    // BFL counts the blocks from full resolution, diffusers from the middle.
    const std::string block = "decoder.up." + std::to_string(blocks - 1 - std::stoul(number)) + ".";
    if (rest == "upsamplers.0.conv")
        return block + "upsample.conv";
    std::string name = block + "block." + rest.substr(std::string_view("resnets.").size());
    constexpr std::string_view kShortcut = "conv_shortcut";
    if (name.ends_with(kShortcut))
        name.replace(name.size() - kShortcut.size(), kShortcut.size(), "nin_shortcut");
    return name;
}

}  // namespace

std::string namingText(Naming naming) {
    return naming == Naming::Bfl ? "BFL names" : "diffusers names";
}

Naming transformerNaming(const TensorCatalog& catalog) {
    return hasPrefix(catalog, "double_blocks.") ? Naming::Bfl : Naming::Diffusers;
}

Naming vaeNaming(const TensorCatalog& catalog) {
    return hasPrefix(catalog, "decoder.mid.") ? Naming::Bfl : Naming::Diffusers;
}

std::vector<ModuleRows> transformerRows(Naming naming, const std::string& module, std::size_t n) {
    if (naming == Naming::Diffusers)
        return {{module, 0, n, n}};
    if (const auto block = numbered(module, "transformer_blocks."))
        if (const auto joint = jointProjection(block->first, block->second, n))
            return {*joint};
    const std::string name = bflTransformerModule(module);
    // diffusers has the scale first and the shift second, BFL the other way round.
    if (module == "norm_out.linear")
        return {{name, n / 2, n / 2, n}, {name, 0, n / 2, n}};
    return {{name, 0, n, n}};
}

std::string transformerVector(Naming naming, const std::string& name) {
    if (naming == Naming::Diffusers)
        return name;
    constexpr std::string_view kEnding = ".weight";
    return bflTransformerModule(name.substr(0, name.size() - kEnding.size())) + ".scale";
}

std::string vaeModule(Naming naming, const std::string& module, std::size_t blocks) {
    if (naming == Naming::Diffusers)
        return module;
    if (const auto attention = numbered(module, "decoder.mid_block.attentions."))
        if (const auto found = lookUp(kVaeAttention, attention->second))
            return "decoder.mid.attn_1." + *found;
    if (const auto block = numbered(module, "decoder.up_blocks."))
        return bflUpBlock(block->first, block->second, blocks);
    for (const auto& [ours, theirs] : kVaeModules)
        if (module == ours || (ours.ends_with('.') && module.starts_with(ours)))
            return std::string(theirs) + module.substr(ours.size());
    return module;
}

}  // namespace penjing
