#include "tokenizer/bpe_encoder.h"

#include <algorithm>
#include <queue>
#include <tuple>

namespace penjing {
namespace {

std::uint64_t pairOf(std::uint32_t left, std::uint32_t right) {
    return static_cast<std::uint64_t>(left) << 32 | right;
}

constexpr int kNone = -1;

// A token of a piece in progress, in a doubly linked list over an array: merging keeps the left one's place.
struct Symbol {
    std::uint32_t id = 0;
    int previous = kNone;
    int next = kNone;
    bool merged = false;  // into its left neighbour
};

// A merge that was possible when it was found; the tokens may have changed since.
struct Candidate {
    std::uint32_t rank = 0;
    int place = 0;  // of the left token
    std::uint32_t result = 0;
};

struct IsLater {
    bool operator()(const Candidate& a, const Candidate& b) const {
        return std::tie(a.rank, a.place) > std::tie(b.rank, b.place);
    }
};

}  // namespace

BpeEncoder::BpeEncoder(const BpeModel& model) : byteIds_(model.byteIds) {
    pairs_.reserve(model.merges.size());
    std::uint32_t rank = 0;
    for (const BpeMerge& merge : model.merges)
        pairs_.push_back({pairOf(merge.left, merge.right), rank++, merge.result});
    std::sort(pairs_.begin(), pairs_.end(), [](const PairRank& a, const PairRank& b) { return a.pair < b.pair; });
}

const BpeEncoder::PairRank* BpeEncoder::find(std::uint32_t left, std::uint32_t right) const {
    const std::uint64_t pair = pairOf(left, right);
    const auto found = std::lower_bound(pairs_.begin(), pairs_.end(), pair,
                                        [](const PairRank& entry, std::uint64_t key) { return entry.pair < key; });
    return found != pairs_.end() && found->pair == pair ? &*found : nullptr;
}

void BpeEncoder::encode(std::string_view piece, std::vector<int>& ids) const {
    std::vector<Symbol> symbols(piece.size());
    std::priority_queue<Candidate, std::vector<Candidate>, IsLater> candidates;
    const auto consider = [&](int place) {
        const Symbol& left = symbols[static_cast<std::size_t>(place)];
        if (left.next == kNone)
            return;
        if (const PairRank* merge = find(left.id, symbols[static_cast<std::size_t>(left.next)].id))
            candidates.push({merge->rank, place, merge->result});
    };

    const int count = static_cast<int>(piece.size());
    for (int i = 0; i < count; ++i) {
        Symbol& symbol = symbols[static_cast<std::size_t>(i)];
        symbol.id = byteIds_[static_cast<unsigned char>(piece[static_cast<std::size_t>(i)])];
        symbol.previous = i - 1;
        symbol.next = i + 1 < count ? i + 1 : kNone;
    }
    for (int i = 0; i < count; ++i) consider(i);

    while (!candidates.empty()) {
        const Candidate best = candidates.top();
        candidates.pop();
        Symbol& left = symbols[static_cast<std::size_t>(best.place)];
        if (left.merged || left.next == kNone)
            continue;
        Symbol& right = symbols[static_cast<std::size_t>(left.next)];
        const PairRank* merge = find(left.id, right.id);
        if (!merge || merge->rank != best.rank)
            continue;
        left.id = best.result;
        left.next = right.next;
        right.merged = true;
        if (left.next != kNone)
            symbols[static_cast<std::size_t>(left.next)].previous = best.place;
        if (left.previous != kNone)
            consider(left.previous);
        consider(best.place);
    }
    for (const Symbol& symbol : symbols)
        if (!symbol.merged)
            ids.push_back(static_cast<int>(symbol.id));
}

}  // namespace penjing
