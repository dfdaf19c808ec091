#pragma once

#include <cstdint>
#include <span>

namespace penjing {

// How the weights of a group (128 inputs of one output channel) are told apart.
enum class GroupKind { Zero, Binary, Ternary, Neither };

// Exactly: Zero are all zero; Binary ±s with one s > 0; Ternary −s, 0, +s with at least one zero and one s. Finite
// weights only.
GroupKind groupKind(std::span<const float> weights);

// The scale s with the least sum of squared errors against s · {−1, 0, 1}: the mean of the k largest magnitudes for
// the k that maximises (their sum)² / k. Codes 0, 1, 2.
float leastSquaresTernary(std::span<const float> weights, std::uint8_t* codes);
// Against s · {−1, 1}: the mean magnitude. Codes 0 and 1; zero counts as positive.
float leastSquaresBinary(std::span<const float> weights, std::uint8_t* codes);

}  // namespace penjing
