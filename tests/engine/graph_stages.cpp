#include "graph_stages.h"

#include <stdexcept>

#include "pipeline/denoise_stage.h"
#include "text_encoder/text_encoder.h"
#include "transformer/double_block.h"
#include "transformer/rope_tables.h"
#include "transformer/single_block.h"
#include "transformer/transformer.h"
#include "vae/vae_decoder.h"

namespace penjing::test {
namespace {

void must(const Status& status) {
    if (!status.ok())
        throw std::runtime_error(status.error().message);
}

Workspace reserve(std::size_t floats) {
    Result<Workspace> workspace = Workspace::reserve(floats);
    if (!workspace)
        throw std::runtime_error(workspace.error().message);
    return std::move(*workspace);
}

ConstMat view(const std::vector<float>& values, int rows) {
    const int cols = static_cast<int>(values.size()) / rows;
    return {values.data(), rows, cols, cols};
}

Mat view(std::vector<float>& values, int rows) {
    const int cols = static_cast<int>(values.size()) / rows;
    return {values.data(), rows, cols, cols};
}

std::size_t area(int rows, int cols) {
    return static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
}

int textTokensOf(const GraphStages& stages, const std::vector<float>& text) {
    return static_cast<int>(text.size()) / stages.pack.config().transformer.jointAttentionDim;
}

PromptEmbedding embed(const GraphStages& stages, const std::vector<float>& text) {
    const int tokens = textTokensOf(stages, text), hidden = stages.pack.config().transformer.hidden();
    PromptEmbedding embedding{std::vector<float>(area(tokens, hidden)), tokens, hidden};
    must(Transformer(stages.pack)
             .embedContext(stages.ops, stages.precision, view(text, tokens), view(embedding.values, tokens)));
    return embedding;
}

RopeTables ropeOf(const GraphStages& stages, int textTokens) {
    const TransformerConfig& config = stages.pack.config().transformer;
    return textImageRope(textTokens, stages.gridHeight, stages.gridWidth, config.axesDimsRope, config.ropeTheta);
}

Modulation modulationOf(const GraphStages& stages, float sigma) {
    Result<Modulation> modulation = Transformer(stages.pack).modulation(stages.ops, stages.precision, sigma);
    if (!modulation)
        throw std::runtime_error(modulation.error().message);
    return std::move(*modulation);
}

}  // namespace

std::vector<float> GraphStages::conditioning(const std::vector<int>& ids, int realTokens) const {
    const TextEncoderConfig& config = pack.config().textEncoder;
    const int count = static_cast<int>(ids.size());
    Workspace workspace = reserve(TextEncoder::workspaceFloats(config, count));
    std::vector<float> result(area(count, config.conditioningWidth()));
    must(TextEncoder(pack).encode(ops, precision, workspace, ids, realTokens, view(result, count)));
    return result;
}

std::vector<float> GraphStages::velocity(const std::vector<float>& latents, const std::vector<float>& text,
                                         float sigma) const {
    const PromptEmbedding prompt = embed(*this, text);
    const RopeTables rope = ropeOf(*this, prompt.tokens);
    const Modulation modulation = modulationOf(*this, sigma);
    Workspace workspace = reserve(Transformer::workspaceFloats(pack.config().transformer, prompt.tokens, tokens()));
    std::vector<float> result(latents.size());
    must(Transformer(pack).velocity(ops, precision, workspace,
                                    {view(latents, tokens()), prompt.view(), rope.view(), &modulation},
                                    view(result, tokens())));
    return result;
}

std::vector<std::vector<float>> GraphStages::blocks(const std::vector<float>& latents, const std::vector<float>& text,
                                                    float sigma) const {
    const TransformerConfig& config = pack.config().transformer;
    const TransformerWeights weights = TransformerWeights::find(pack);
    PromptEmbedding prompt = embed(*this, text);
    const RopeTables rope = ropeOf(*this, prompt.tokens);
    const Modulation modulation = modulationOf(*this, sigma);
    const int all = prompt.tokens + tokens();
    Workspace workspace = reserve(Transformer::workspaceFloats(config, prompt.tokens, tokens()));
    const BlockContext context{ops, workspace, config, precision, rope.view(), prompt.tokens};

    std::vector<float> stream = std::move(prompt.values);
    stream.resize(area(all, config.hidden()));
    const LinearJob job{.weight = weights.imageEmbedder, .y = view(stream, all).slice(prompt.tokens, tokens())};
    must(ops.linear(view(latents, tokens()), {&job, 1}, precision));
    std::vector<std::vector<float>> result;
    for (const DoubleBlockWeights& block : weights.doubleBlocks) {
        must(runDoubleBlock(context, block, modulation, view(stream, all)));
        result.push_back(stream);
    }
    for (const SingleBlockWeights& block : weights.singleBlocks) {
        must(runSingleBlock(context, block, modulation, 0, view(stream, all)));
        result.push_back(stream);
    }
    return result;
}

std::vector<float> GraphStages::trajectory(const std::vector<float>& noise, const std::vector<float>& text,
                                           int steps) const {
    const Transformer transformer(pack);
    const PromptEmbedding prompt = embed(*this, text);
    const int pixels = pack.config().vae.pixelsPerToken();
    Drawing drawing;
    drawing.width = gridWidth * pixels;
    drawing.height = gridHeight * pixels;
    drawing.steps = steps;
    drawing.guidance = 1.0f;
    drawing.gridWidth = gridWidth;
    drawing.gridHeight = gridHeight;
    std::vector<float> latents = noise;
    std::vector<float> all;
    const Result<int> done =
        DenoiseStage(transformer)
            .run({pack, ops, precision, {}}, {drawing, prompt, nullptr}, view(latents, tokens()),
                 [&](const StepResult&) { all.insert(all.end(), latents.begin(), latents.end()); });
    if (!done)
        throw std::runtime_error(done.error().message);
    return all;
}

std::vector<float> GraphStages::picture(const std::vector<float>& latents) const {
    Workspace workspace = reserve(VaeDecoder::workspaceFloats(pack.config().vae, gridHeight, gridWidth));
    const Result<Image2d> rgb =
        VaeDecoder(pack).decode(ops, precision, workspace, view(latents, tokens()), gridHeight, gridWidth);
    if (!rgb)
        throw std::runtime_error(rgb.error().message);
    const std::size_t count = area(rgb->height, rgb->width) * static_cast<std::size_t>(rgb->channels);
    return {rgb->data, rgb->data + count};
}

}  // namespace penjing::test
