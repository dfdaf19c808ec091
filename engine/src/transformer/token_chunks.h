#pragma once

#include <algorithm>

#include "penjing/result.h"

namespace penjing {

// The feed-forward parts of a block are wide (2M + D + M floats a token); they run over chunks of tokens so that memory
// does not grow with the picture. Tokens are independent there, so chunking does not change a bit of the result.
inline constexpr int kMaxChunkTokens = 384;

// Floats per token are multiplied by this many tokens when memory is reserved.
inline int largestChunk(int tokens) {
    return std::min(tokens, kMaxChunkTokens);
}

// Calls body(first, count) over [begin, end) in even chunks; count is a multiple of 32 but for the last one.
template <typename Body>
Status forEachTokenChunk(int begin, int end, const Body& body) {
    const int tokens = end - begin;
    const int chunks = (tokens + kMaxChunkTokens - 1) / kMaxChunkTokens;
    if (chunks == 0)
        return {};
    const int even = (tokens + chunks - 1) / chunks;
    const int size = std::min((even + 31) / 32 * 32, kMaxChunkTokens);
    for (int first = begin; first < end; first += size) PENJING_TRY(body(first, std::min(size, end - first)));
    return {};
}

}  // namespace penjing
