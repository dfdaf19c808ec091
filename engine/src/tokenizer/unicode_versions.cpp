#include "tokenizer/unicode_versions.h"

#include <algorithm>
#include <array>

namespace penjing {
namespace {

// First and last of each range, ascending.
struct CharacterRange {
    char32_t first, last;
};
struct KindRange {
    char32_t first, last;
    CharacterKind kind;
};

constexpr std::array kUnknownToNfc{
    CharacterRange{0x5c8, 0x5c9},     CharacterRange{0x7fd, 0x7fd},     CharacterRange{0x897, 0x89f},
    CharacterRange{0x8ca, 0x8d3},     CharacterRange{0x9fe, 0x9fe},     CharacterRange{0xc3c, 0xc3c},
    CharacterRange{0xd3b, 0xd3c},     CharacterRange{0xeba, 0xeba},     CharacterRange{0x1715, 0x1715},
    CharacterRange{0x1abf, 0x1af0},   CharacterRange{0x1df6, 0x1dfa},   CharacterRange{0xa82c, 0xa82c},
    CharacterRange{0x105c9, 0x105c9}, CharacterRange{0x105e4, 0x105e4}, CharacterRange{0x10d24, 0x10d27},
    CharacterRange{0x10d69, 0x10d6d}, CharacterRange{0x10eab, 0x10eac}, CharacterRange{0x10ecb, 0x10ecf},
    CharacterRange{0x10ef0, 0x10efb}, CharacterRange{0x10efd, 0x10eff}, CharacterRange{0x10f46, 0x10f50},
    CharacterRange{0x10f82, 0x10f85}, CharacterRange{0x11070, 0x11070}, CharacterRange{0x1133b, 0x1133b},
    CharacterRange{0x11383, 0x11383}, CharacterRange{0x11385, 0x11385}, CharacterRange{0x1138e, 0x1138e},
    CharacterRange{0x11391, 0x11391}, CharacterRange{0x113b8, 0x113b8}, CharacterRange{0x113bb, 0x113bb},
    CharacterRange{0x113c2, 0x113c2}, CharacterRange{0x113c5, 0x113c5}, CharacterRange{0x113c7, 0x113c9},
    CharacterRange{0x113ce, 0x113d0}, CharacterRange{0x1145e, 0x1145e}, CharacterRange{0x11839, 0x1183a},
    CharacterRange{0x11930, 0x11930}, CharacterRange{0x11938, 0x11938}, CharacterRange{0x1193d, 0x1193e},
    CharacterRange{0x11943, 0x11943}, CharacterRange{0x119e0, 0x119e0}, CharacterRange{0x11a34, 0x11a34},
    CharacterRange{0x11a47, 0x11a47}, CharacterRange{0x11a99, 0x11a99}, CharacterRange{0x11d42, 0x11d42},
    CharacterRange{0x11d44, 0x11d45}, CharacterRange{0x11d97, 0x11d97}, CharacterRange{0x11f41, 0x11f42},
    CharacterRange{0x1611e, 0x16129}, CharacterRange{0x1612f, 0x1612f}, CharacterRange{0x16d67, 0x16d6a},
    CharacterRange{0x16ff0, 0x16ff1}, CharacterRange{0x1d127, 0x1d128}, CharacterRange{0x1d250, 0x1d252},
    CharacterRange{0x1d25b, 0x1d25c}, CharacterRange{0x1d25f, 0x1d25f}, CharacterRange{0x1d280, 0x1d281},
    CharacterRange{0x1e08f, 0x1e08f}, CharacterRange{0x1e130, 0x1e136}, CharacterRange{0x1e2ae, 0x1e2ae},
    CharacterRange{0x1e2ec, 0x1e2ef}, CharacterRange{0x1e4ec, 0x1e4ef}, CharacterRange{0x1e5ee, 0x1e5ef},
    CharacterRange{0x1e6e3, 0x1e6e3}, CharacterRange{0x1e6e6, 0x1e6e6}, CharacterRange{0x1e6ee, 0x1e6ef},
    CharacterRange{0x1e6f5, 0x1e6f5},
};

constexpr std::array kNewLettersAndNumbers{
    KindRange{0x1c89, 0x1c8a, CharacterKind::Letter},   KindRange{0xa7cb, 0xa7cd, CharacterKind::Letter},
    KindRange{0xa7da, 0xa7dc, CharacterKind::Letter},   KindRange{0x105c0, 0x105f3, CharacterKind::Letter},
    KindRange{0x10d40, 0x10d49, CharacterKind::Number}, KindRange{0x10d4a, 0x10d65, CharacterKind::Letter},
    KindRange{0x10d6f, 0x10d85, CharacterKind::Letter}, KindRange{0x10ec2, 0x10ec4, CharacterKind::Letter},
    KindRange{0x11380, 0x11389, CharacterKind::Letter}, KindRange{0x1138b, 0x1138b, CharacterKind::Letter},
    KindRange{0x1138e, 0x1138e, CharacterKind::Letter}, KindRange{0x11390, 0x113b5, CharacterKind::Letter},
    KindRange{0x113b7, 0x113b7, CharacterKind::Letter}, KindRange{0x113d1, 0x113d1, CharacterKind::Letter},
    KindRange{0x113d3, 0x113d3, CharacterKind::Letter}, KindRange{0x116d0, 0x116e3, CharacterKind::Number},
    KindRange{0x11bc0, 0x11be0, CharacterKind::Letter}, KindRange{0x11bf0, 0x11bf9, CharacterKind::Number},
    KindRange{0x13460, 0x143fa, CharacterKind::Letter}, KindRange{0x16100, 0x1611d, CharacterKind::Letter},
    KindRange{0x16130, 0x16139, CharacterKind::Number}, KindRange{0x16d40, 0x16d6c, CharacterKind::Letter},
    KindRange{0x16d70, 0x16d79, CharacterKind::Number}, KindRange{0x18cff, 0x18cff, CharacterKind::Letter},
    KindRange{0x1ccf0, 0x1ccf9, CharacterKind::Number}, KindRange{0x1e5d0, 0x1e5ed, CharacterKind::Letter},
    KindRange{0x1e5f0, 0x1e5f0, CharacterKind::Letter}, KindRange{0x1e5f1, 0x1e5fa, CharacterKind::Number},
    KindRange{0x2ebf0, 0x2ee5d, CharacterKind::Letter},
};

// The range that holds `character`, null if none does.
template <typename Ranges>
auto rangeOf(const Ranges& ranges, char32_t character) -> decltype(ranges.data()) {
    const auto* const end = ranges.data() + ranges.size();
    const auto* found =
        std::lower_bound(ranges.data(), end, character, [](const auto& range, char32_t c) { return range.last < c; });
    return found != end && found->first <= character ? found : nullptr;
}

}  // namespace

bool isUnknownToReferenceNfc(char32_t character) {
    return rangeOf(kUnknownToNfc, character) != nullptr;
}

CharacterKind kindOfNewCharacter(char32_t character) {
    const KindRange* range = rangeOf(kNewLettersAndNumbers, character);
    return range ? range->kind : CharacterKind::Other;
}

}  // namespace penjing
