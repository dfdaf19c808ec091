#include "pipeline/text_stage.h"

#include <algorithm>

#include "pipeline/cache_sizes.h"
#include "pipeline/value_checks.h"

namespace penjing {

TextStage::TextStage(Tokenizer tokenizer, const TextEncoder& encoder, const Transformer& transformer)
    : tokenizer_(std::move(tokenizer)), encoder_(encoder), transformer_(transformer), cache_(kCachedPrompts) {}

Result<int> TextStage::realTokens(std::string_view prompt) const {
    const Result<TokenizedPrompt> tokenized = tokenizer_.encode(prompt);
    if (!tokenized)
        return tokenized.error();
    return tokenized->realTokens;
}

Result<EmbeddedPrompt> TextStage::embed(const StageContext& context, std::string_view prompt, bool compact) {
    Result<TokenizedPrompt> tokenized = tokenizer_.encode(prompt);
    if (!tokenized)
        return tokenized.error();
    if (compact)
        tokenized->ids.resize(static_cast<std::size_t>(tokenized->realTokens));
    if (auto known = cache_.find(tokenized->ids))
        return EmbeddedPrompt{std::move(known), true, tokenized->truncated};

    PENJING_TRY(context.proceed());
    PENJING_TRY(context.pack.checkStillThere());
    Result<PromptEmbedding> embedding = encode(context, *tokenized);
    if (!embedding)
        return embedding.error();
    return EmbeddedPrompt{cache_.put(std::move(tokenized->ids), std::move(*embedding)), false, tokenized->truncated};
}

Result<PromptEmbedding> TextStage::encode(const StageContext& context, const TokenizedPrompt& prompt) const {
    const int tokens = static_cast<int>(prompt.ids.size());
    const int width = encoder_.config().conditioningWidth();
    Result<Workspace> workspace = Workspace::reserve(TextEncoder::workspaceFloats(encoder_.config(), tokens) +
                                                     Workspace::matrixFloats(tokens, width));
    if (!workspace)
        return workspace.error();
    const Mat conditioning = workspace->matrix(tokens, width);
    PENJING_TRY(encoder_.encode(context.ops, context.precision, *workspace, prompt.ids, std::max(1, prompt.realTokens),
                                conditioning));
    PENJING_TRY(checkFinite(conditioning, "text encoder"));

    const int hidden = transformer_.config().hidden();
    PromptEmbedding embedding{{}, tokens, hidden};
    embedding.values.resize(static_cast<std::size_t>(tokens) * static_cast<std::size_t>(hidden));
    const Mat values{embedding.values.data(), tokens, hidden, hidden};
    PENJING_TRY(transformer_.embedContext(context.ops, context.precision, conditioning, values));
    PENJING_TRY(checkFinite(values, "context embedder"));
    return embedding;
}

}  // namespace penjing
