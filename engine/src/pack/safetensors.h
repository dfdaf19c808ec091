#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "penjing/result.h"

namespace penjing {

// One entry of a safetensors header; begin and end are offsets in the file.
struct StoredTensor {
    std::string name;
    std::string dtype;
    std::vector<std::size_t> shape;
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct SafetensorsHeader {
    std::map<std::string, std::string> metadata;
    std::vector<StoredTensor> tensors;  // in the order of their offsets
    std::size_t dataBegin = 0;
};

// Longest JSON header that is read.
inline constexpr std::size_t kLongestHeader = 64u << 20;

// Reads and checks the container: header length, JSON, dtypes, shapes against byte counts, and that the tensors fill
// the file without gap or overlap, as the format demands. ModelFile error in one line. Looks at the header bytes only.
Result<SafetensorsHeader> parseSafetensors(std::span<const std::byte> file);

// Bytes of one element of a safetensors dtype; 0 if unknown.
std::size_t dtypeBytes(std::string_view dtype);

}  // namespace penjing
