#include <exception>

#include "pack/pack_writer.h"
#include "pack/weight_format.h"
#include "penjing/synth.h"
#include "synth/presets.h"
#include "synth/random_weights.h"
#include "synth/tokenizer_model.h"

namespace penjing {
namespace {

WeightFormat chooseFormat(const TensorSpec& spec, const SynthRecipe& recipe) {
    if (spec.name == "text_encoder.embed_tokens.weight")
        return spec.k % kGroupSize == 0 ? recipe.embedding : WeightFormat::BF16;
    if (spec.kind == TensorKind::LowBit) {
        const WeightFormat wanted = spec.name.starts_with("text_encoder.") ? recipe.textLinears : WeightFormat::T3;
        return spec.k % kGroupSize == 0 ? wanted : WeightFormat::BF16;
    }
    if (spec.kind == TensorKind::Dense && spec.k % kGroupSize == 0)
        return recipe.dense;
    return WeightFormat::BF16;
}

std::vector<std::byte> tokenizerOf(const TokenizerConfig& config) {
    if (config.type == kQwenTokenizerType)
        return byteBpeModel();
    const std::string model = byteTokenizerModel();
    const auto bytes = std::as_bytes(std::span(model));
    return {bytes.begin(), bytes.end()};
}

// A different stream of numbers for every tensor, so that one tensor's size does not shift the next one's weights.
std::uint64_t tensorSeed(std::uint64_t seed, std::size_t index) {
    return seed * 0x2545f4914f6cdd1du + (index + 1) * 0x9e3779b97f4a7c15u;
}

Status write(SynthPreset preset, std::uint64_t seed, const std::filesystem::path& path, const SynthProgress& progress) {
    const SynthRecipe recipe = synthRecipe(preset);
    const std::vector<TensorSpec> specs = expectedTensors(recipe.config);
    const std::vector<std::byte> tokenizer = tokenizerOf(recipe.config.tokenizer);
    std::vector<TensorPlan> plans;
    for (const TensorSpec& spec : specs)
        plans.push_back(planTensor(spec, chooseFormat(spec, recipe), tokenizer.size()));
    Result<PackWriter> writer =
        PackWriter::create(path, {recipe.name, "CC0-1.0", "Random numbers; no training data.", recipe.config}, plans);
    if (!writer)
        return writer.error();

    std::uint64_t done = 0;
    const ByteSink sink = [&](std::span<const std::byte> bytes) -> Status {
        PENJING_TRY(writer->append(bytes));
        done += bytes.size();
        if (progress && !progress(done, writer->fileBytes()))
            return Error{ErrorCode::Cancelled, "cancelled"};
        return {};
    };
    for (std::size_t i = 0; i < specs.size(); ++i) {
        if (specs[i].kind == TensorKind::Bytes)
            PENJING_TRY(sink(tokenizer));
        else
            PENJING_TRY(streamRandomTensor(specs[i], chooseFormat(specs[i], recipe), tensorSeed(seed, i), sink));
    }
    return writer->finish();
}

}  // namespace

Status synthesize(SynthPreset preset, std::uint64_t seed, const std::filesystem::path& path,
                  const SynthProgress& progress) {
    try {
        return write(preset, seed, path, progress);
    } catch (const std::exception&) {
        return Error{ErrorCode::Memory, "not enough memory to write a pack"};
    }
}

}  // namespace penjing
