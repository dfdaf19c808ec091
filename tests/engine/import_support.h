#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pack/model_config.h"
#include "pack_support.h"

// A random FLUX.2 klein of a few hundred kilobytes, written in the layouts that are published.
namespace penjing::test {

struct StoredWeights {
    std::string name;
    std::string dtype;
    std::vector<std::size_t> shape;  // outermost first
    FileBytes data;
};
using TensorList = std::vector<StoredWeights>;

FileBytes safetensorsBytes(const TensorList& tensors);
// `extraKey`: the name of one more metadata key, if not empty.
FileBytes ggufBytes(const TensorList& tensors, const std::map<std::string, std::uint32_t>& typeIds,
                    const std::string& extraKey = "");

FileBytes bf16Bytes(const std::vector<float>& values);
FileBytes f16Bytes(const std::vector<float>& values);

enum class Structure { Ternary, Binary, Plain };

struct SmallModel {
    ModelConfig config;
    Structure structure = Structure::Ternary;
    // By the names of the pack without the part's prefix; convolutions [n, inputs, kernel, kernel]. All values are
    // exact in bf16.
    std::map<std::string, std::vector<float>> text, transformer, vae;
};
SmallModel smallModel(Structure structure);

// diffusers' folder in bf16: model_index.json, scheduler, tokenizer, text_encoder, transformer, vae.
void writeUnpacked(const SmallModel& model, const std::filesystem::path& folder);
// The same with transformer-packed-mflux (2 bits or 1) and text_encoder-mlx-4bit.
void writeMlx(const SmallModel& model, const std::filesystem::path& folder);
TensorList mlxTransformer(const SmallModel& model);
// The transformer in BFL's names; linears of blocks in one of "Q1_0", "Q2_0", "PQ2_0", "PTQ1_0", the rest in BF16.
TensorList bflTransformer(const SmallModel& model, const std::string& type);
// Replaces the vae folder by one file in BFL's names.
TensorList bflVae(const SmallModel& model);

void writeText(const std::filesystem::path& path, const std::string& text);
void writeTokenizer(const std::filesystem::path& folder);

}  // namespace penjing::test
