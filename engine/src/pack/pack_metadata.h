#pragma once

#include <map>
#include <string>
#include <vector>

#include "ops/tensor_view.h"
#include "pack/model_config.h"
#include "penjing/result.h"

namespace penjing {

// An entry of penjing.tensors: how a low-bit matrix [n, k] or a convolution [n, kh, kw, inputs] is stored.
struct TensorLayout {
    WeightFormat format{};
    std::vector<std::size_t> shape;
};

// The penjing.* values of a pack's __metadata__, parsed.
struct PackMetadata {
    ModelConfig config;
    std::string name;
    std::string license;
    std::string attribution;
    std::map<std::string, TensorLayout> layouts;
    std::map<std::string, std::string> hashes;  // tensor → 64 lower-case hex digits
};

// ModelFile error naming the key that is missing or wrong.
Result<PackMetadata> readPackMetadata(const std::map<std::string, std::string>& metadata);

}  // namespace penjing
