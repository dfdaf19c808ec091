#pragma once

namespace penjing {

// Prompts whose embeddings are kept: a new seed for one of them skips the text encoder.
inline constexpr int kCachedPrompts = 8;

// Noise levels whose modulation vectors are kept: enough for one schedule of the usual lengths, so that the next
// picture finds them all.
inline constexpr int kCachedModulations = 64;

}  // namespace penjing
