#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "ops/tensor_view.h"
#include "pack/model_config.h"
#include "penjing/result.h"

namespace penjing {

// Takes bytes in file order.
using ByteSink = std::function<Status(std::span<const std::byte>)>;

// Streams random data of one tensor in pieces of at most 1 MiB. Matrices and convolutions get weights of variance
// 1 / inputs, so that activations keep their size through any number of layers; norms get 1, biases and means 0.
// The bytes depend on `spec`, `format` and `seed` alone.
Status streamRandomTensor(const TensorSpec& spec, WeightFormat format, std::uint64_t seed, const ByteSink& sink);

}  // namespace penjing
