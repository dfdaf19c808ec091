#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "penjing/result.h"

namespace penjing {

// Two neighbours that become one token. A merge's rank is its place in the list: the lowest is done first.
struct BpeMerge {
    std::uint32_t left = 0;
    std::uint32_t right = 0;
    std::uint32_t result = 0;
};

// A token that is found in the text as it stands, before anything is split or merged.
struct BpeSpecial {
    std::uint32_t id = 0;
    std::string text;  // UTF-8
};

// A byte-level BPE vocabulary. Texts of tokens are not kept: encoding needs none of them.
struct BpeModel {
    std::array<std::uint32_t, 256> byteIds{};  // the token of every single byte
    std::vector<BpeMerge> merges;
    std::vector<BpeSpecial> specials;
};

// The content of a pack's `tokenizer.model` where the tokenizer is "qwen2-bpe" (docs/formats/pack.md).
std::vector<std::byte> serializeBpeModel(const BpeModel& model);

// Reads what serializeBpeModel writes. What passes is whole: every id means one thing, merges are made of bytes and of
// results of earlier merges, no pair has two results, special texts differ and are UTF-8. ModelFile error in one line
// otherwise. Safe on hostile input; throws only bad_alloc.
Result<BpeModel> parseBpeModel(std::span<const std::byte> bytes);

// The same checks on a model that was put together in memory.
Status checkBpeModel(const BpeModel& model);

}  // namespace penjing
