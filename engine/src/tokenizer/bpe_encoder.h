#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tokenizer/bpe_model.h"

namespace penjing {

// Byte-pair encoding of single pieces. Immutable and safe to share between threads.
class BpeEncoder {
public:
    // `model` has passed checkBpeModel.
    explicit BpeEncoder(const BpeModel& model);

    // Appends the tokens of `piece`, any bytes: neighbours are merged lowest rank first, leftmost first among equals,
    // until no pair has a merge. n·log n in the length of the piece.
    void encode(std::string_view piece, std::vector<int>& ids) const;

private:
    struct PairRank {
        std::uint64_t pair;
        std::uint32_t rank;
        std::uint32_t result;
    };
    // The merge of two tokens, null if there is none.
    const PairRank* find(std::uint32_t left, std::uint32_t right) const;

    std::array<std::uint32_t, 256> byteIds_;
    std::vector<PairRank> pairs_;  // by pair
};

}  // namespace penjing
