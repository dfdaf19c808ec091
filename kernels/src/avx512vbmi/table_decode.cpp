#include "avx512/intrinsics.h"

#include <cstring>

#include "avx512vbmi/table_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx512vbmi {
namespace {

// Codes 0…2 of inputs 8i + j and 8i + 4 + j (j = 0…3) become j · 16 + first + 4 · second: byte j of a channel looks
// into table j. A vector of an ordinary panel holds 4 inputs of 16 channels, so the pairs stand at the same byte of
// vectors of neighbouring quads, and nothing has to move sideways.
void pairCodes(const std::byte* codes, std::byte* pairs) {
    const __m512i tableStart = _mm512_set1_epi32(0x30201000);
    constexpr int kQuadBytes = 2 * 64;
    for (int i = 0; i < kTableVectors; ++i) {
        for (int half = 0; half < 2; ++half) {
            const std::byte* from = codes + 2 * i * kQuadBytes + half * 64;
            const __m512i first = _mm512_load_si512(from);
            const __m512i second = _mm512_slli_epi16(_mm512_load_si512(from + kQuadBytes), 2);  // ≤ 8: no carry
            const __m512i code = _mm512_or_si512(_mm512_or_si512(first, second), tableStart);
            _mm512_store_si512(pairs + (2 * i + half) * 64, code);
        }
    }
}

}  // namespace

void decode(CodeFormat format, const std::byte* tiles, int count, std::byte* panels) {
    alignas(64) std::byte panel[kPanelBytes];
    for (int t = 0; t < count; ++t) {
        avx512::decode(format, tiles + t * tileBytes(format), 1, panel);
        std::byte* out = panels + t * kTablePanelBytes;
        pairCodes(panel, out);
        std::memcpy(out + kPanelCodeBytes / 2, panel + kPanelCodeBytes, kTileChannels * sizeof(float));
    }
}

}  // namespace penjing::kernels::avx512vbmi
