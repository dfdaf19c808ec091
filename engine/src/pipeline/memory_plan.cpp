#include "pipeline/memory_plan.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "cpu/attention_scratch.h"
#include "cpu/conv_winograd.h"
#include "cpu/linear_scratch.h"
#include "pipeline/cache_sizes.h"
#include "text_encoder/text_encoder.h"
#include "transformer/transformer.h"
#include "vae/vae_decoder.h"

namespace penjing {
namespace {

struct PhaseNeed {
    std::uint64_t weights = 0;
    std::uint64_t activations = 0;
    std::uint64_t total() const { return weights + activations; }
};

// What the CPU keeps per thread for panels, tiles and strips.
constexpr std::uint64_t kScratchPerThread = 2u << 20;

std::uint64_t product(int a, int b) {
    return static_cast<std::uint64_t>(a) * static_cast<std::uint64_t>(b);
}

std::uint64_t bytesOfFloats(std::uint64_t floats) {
    return floats * sizeof(float);
}

std::uint64_t weightBytes(const Pack& pack, std::string_view prefix) {
    std::uint64_t bytes = 0;
    for (const PackTensor& tensor : pack.tensors())
        if (tensor.name.starts_with(prefix))
            bytes += tensor.data.size();
    return bytes;
}

// Quantised activations: a byte or two for every value that enters a low-bit linear, and a scale per 128 of them.
// Tables take eight bytes and more, but for some of the rows at a time.
std::uint64_t quantisedBytes(int rows, int inputs, const PlanSettings& settings) {
    const std::uint64_t planes = settings.precision == Precision::Int15 ? 2 : 1;
    const std::uint64_t codes = product(rows, inputs) * planes + bytesOfFloats(product(rows, inputs) / 64);
    if (settings.precision != Precision::Int7 || !settings.tables)
        return codes;
    return std::max(codes, std::min(9 * product(rows, inputs), packedTablesAtMost(inputs)));
}

std::uint64_t attentionBytes(int tokens, int heads, int headDim) {
    const std::uint64_t head = bytesOfFloats(2 * product(tokens, headDim));
    return std::max(head, std::min<std::uint64_t>(kPackedHeadsBytes, head * static_cast<std::uint64_t>(heads)));
}

// The widest convolution's weights, unpacked to floats or transformed, and what goes with the latter.
std::uint64_t convolutionBytes(const VaeConfig& config, const PlanSettings& settings) {
    const int widest = *std::max_element(config.decoderBlockOutChannels.begin(), config.decoderBlockOutChannels.end());
    const std::uint64_t direct = bytesOfFloats(9 * product(widest, widest));
    if (settings.precision == Precision::Int15)
        return direct;
    return std::max<std::uint64_t>(direct, winogradScratchBytes(widest, settings.threads));
}

PhaseNeed textPhase(const Pack& pack, const Drawing& drawing, const PlanSettings& settings) {
    const TextEncoderConfig& config = pack.config().textEncoder;
    const int tokens = drawing.textTokens;
    const std::uint64_t floats = TextEncoder::workspaceFloats(config, tokens) +
                                 product(tokens, config.conditioningWidth()) +
                                 product(tokens, pack.config().transformer.hidden());
    return {weightBytes(pack, "text_encoder."), bytesOfFloats(floats) +
                                                    attentionBytes(tokens, config.numKvHeads, config.headDim) +
                                                    quantisedBytes(tokens, config.intermediateSize, settings)};
}

PhaseNeed denoisePhase(const Pack& pack, const Drawing& drawing, const PlanSettings& settings) {
    const TransformerConfig& config = pack.config().transformer;
    const int textTokens = drawing.textTokens;
    const int imageTokens = drawing.imageTokens();
    constexpr int kLatentCopies = 4;  // latents, two velocities, the noise they came from
    const std::uint64_t floats = Transformer::workspaceFloats(config, textTokens, imageTokens) +
                                 product(imageTokens, config.inChannels) * kLatentCopies +
                                 product(textTokens + imageTokens, config.headDim) +  // rotary table
                                 Modulation::floats(config) * kCachedModulations;
    return {weightBytes(pack, "transformer."),
            bytesOfFloats(floats) + attentionBytes(textTokens + imageTokens, config.numHeads, config.headDim) +
                quantisedBytes(textTokens + imageTokens, config.hidden() + config.mlpHidden(), settings)};
}

PhaseNeed decodePhase(const Pack& pack, const Drawing& drawing, const PlanSettings& settings) {
    const VaeConfig& config = pack.config().vae;
    const std::uint64_t floats = VaeDecoder::workspaceFloats(config, drawing.gridHeight, drawing.gridWidth) +
                                 product(drawing.imageTokens(), pack.config().transformer.inChannels);
    const int latents = drawing.imageTokens() * config.patch * config.patch;  // tokens of the middle attention
    const std::uint64_t scratch =
        std::max(convolutionBytes(config, settings), attentionBytes(latents, 1, config.decoderBlockOutChannels.back()));
    return {weightBytes(pack, "vae."), bytesOfFloats(floats) + scratch + 3 * product(drawing.width, drawing.height)};
}

Drawing resized(const Drawing& drawing, const VaeConfig& vae, int gridWidth, int gridHeight) {
    Drawing smaller = drawing;
    smaller.gridWidth = gridWidth;
    smaller.gridHeight = gridHeight;
    smaller.width = gridWidth * vae.pixelsPerToken();
    smaller.height = gridHeight * vae.pixelsPerToken();
    return smaller;
}

// Shrinks the longer side token by token and the other one with it; width 0 if nothing fits.
Drawing largestThatFits(const Pack& pack, const Drawing& drawing, const PlanSettings& settings) {
    const ModelConfig& config = pack.config();
    const int smallest = std::max(1, config.minSize / config.vae.pixelsPerToken());
    const int longer = std::max(drawing.gridWidth, drawing.gridHeight);
    for (int side = longer - 1; side >= smallest; --side) {
        const auto scaled = [&](int tokens) {
            return std::max(smallest, static_cast<int>(std::lround(static_cast<double>(tokens) * side / longer)));
        };
        const Drawing candidate = resized(drawing, config.vae, scaled(drawing.gridWidth), scaled(drawing.gridHeight));
        if (planMemory(pack, candidate, settings).fits())
            return candidate;
    }
    return {};
}

std::string mebibytes(std::uint64_t bytes) {
    constexpr std::uint64_t kMebibyte = 1u << 20;
    return std::to_string((bytes + kMebibyte - 1) / kMebibyte) + " MiB";
}

}  // namespace

MemoryPlan planMemory(const Pack& pack, const Drawing& drawing, const PlanSettings& settings) {
    const std::uint64_t overhead =
        kScratchPerThread * static_cast<std::uint64_t>(settings.threads) +
        bytesOfFloats(product(pack.config().tokenizer.maxSequenceLength, pack.config().transformer.hidden())) *
            kCachedPrompts;
    MemoryPlan plan;
    for (const PhaseNeed& phase : {textPhase(pack, drawing, settings), denoisePhase(pack, drawing, settings),
                                   decodePhase(pack, drawing, settings)}) {
        plan.weights = std::max(plan.weights, phase.weights);
        plan.activations = std::max(plan.activations, phase.activations + overhead);
        plan.peak = std::max(plan.peak, phase.total() + overhead);
    }
    plan.available = settings.available;
    return plan;
}

Error doesNotFit(const Pack& pack, const Drawing& drawing, const PlanSettings& settings, const MemoryPlan& plan) {
    const auto sizeName = [](const Drawing& d) { return std::to_string(d.width) + "x" + std::to_string(d.height); };
    std::string message = "a picture of " + sizeName(drawing) + " needs " + mebibytes(plan.peak) + " of memory and " +
                          mebibytes(plan.available) + " are available; ";
    const Drawing smaller = largestThatFits(pack, drawing, settings);
    message += smaller.width > 0 ? sizeName(smaller) + " would fit" : "no size of this model would fit";
    return {ErrorCode::Memory, std::move(message)};
}

}  // namespace penjing
