#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "pipeline/recent_cache.h"
#include "pipeline/stage_context.h"
#include "text_encoder/text_encoder.h"
#include "tokenizer/tokenizer.h"
#include "transformer/transformer.h"

namespace penjing {

// A prompt as the transformer reads it: [text tokens, hidden] behind the context embedder.
struct PromptEmbedding {
    std::vector<float> values;
    int tokens = 0;
    int hidden = 0;
    ConstMat view() const { return {values.data(), tokens, hidden, hidden}; }
};

struct EmbeddedPrompt {
    std::shared_ptr<const PromptEmbedding> embedding;
    bool fromCache = false;
    bool truncated = false;
};

// Prompt to embedding, remembering the last few. Prompts that become the same tokens share an entry.
class TextStage {
public:
    TextStage(Tokenizer tokenizer, const TextEncoder& encoder, const Transformer& transformer);

    // `compact`: of the real tokens only. Errors: Usage (the tokenizer's), Internal (values that are not numbers),
    // those of the operations. Nothing is remembered of a run that failed.
    Result<EmbeddedPrompt> embed(const StageContext& context, std::string_view prompt, bool compact);
    // How many tokens of the prompt are its own, not padding. Usage error if it cannot be read.
    Result<int> realTokens(std::string_view prompt) const;

private:
    Result<PromptEmbedding> encode(const StageContext& context, const TokenizedPrompt& prompt) const;

    Tokenizer tokenizer_;
    const TextEncoder& encoder_;
    const Transformer& transformer_;
    RecentCache<std::vector<int>, PromptEmbedding> cache_;
};

}  // namespace penjing
