#include "avx512/intrinsics.h"

#include <cstring>

#include "avx512vbmi/table_kernels.h"
#include "linear_layout.h"

namespace penjing::kernels::avx512vbmi {
namespace {

using Layout = GroupLayout<kRowBlock, 1>;

// Which byte of [x0 … x7, −x0 … −x7] an entry of a table takes for one of its two inputs; 0x80: a zero.
struct alignas(64) EntrySource {
    std::uint8_t byte[64];
};

// Entry e of table j stands for the code e & 3 of input j and e >> 2 of input 4 + j (table_decode.cpp). Code 0 is −1,
// 2 is +1; 3 does not occur.
constexpr EntrySource entrySource(int shift, int firstInput) {
    EntrySource source{};
    for (int at = 0; at < 64; ++at) {
        const int input = firstInput + at / 16;
        const int code = (at % 16) >> shift & 3;
        source.byte[at] = static_cast<std::uint8_t>(code == 2 ? input : code == 0 ? 8 + input : 0x80);
    }
    return source;
}

constexpr EntrySource kFirst = entrySource(0, 0);
constexpr EntrySource kSecond = entrySource(2, 4);

// The tables of the row in lane `Lane`: ±63 ± 63 fits a byte.
template <int Lane>
void storeTables(__m512i rows, std::byte* to) {
    const __m512i row = _mm512_shuffle_i32x4(rows, rows, Lane * 0x55);
    const __m512i first = _mm512_shuffle_epi8(row, _mm512_load_si512(kFirst.byte));
    const __m512i second = _mm512_shuffle_epi8(row, _mm512_load_si512(kSecond.byte));
    _mm512_store_si512(to, _mm512_add_epi8(first, second));
}

// Rows first, first + 4 and first + 8, in lanes of [x0 … x7, −x0 … −x7].
void storeEveryFourth(__m512i rows, int first, std::byte* tables) {
    storeTables<0>(rows, tables + 64 * first);
    storeTables<1>(rows, tables + 64 * (first + 4));
    storeTables<2>(rows, tables + 64 * (first + 8));
}

// Codes [2 quads][kRowBlock][4] → tables [kRowBlock][64].
void buildTables(const std::byte* codes, std::byte* tables) {
    static_assert(kRowBlock == 12);
    constexpr __mmask16 kRows = (1u << kRowBlock) - 1;
    const __m512i zero = _mm512_setzero_si512();
    const __m512i low = _mm512_maskz_loadu_epi32(kRows, codes);
    const __m512i high = _mm512_maskz_loadu_epi32(kRows, codes + kRowBlock * 4);
    const __m512i even = _mm512_unpacklo_epi32(low, high);  // lane l: the 8 codes of rows 4l and 4l + 1
    const __m512i odd = _mm512_unpackhi_epi32(low, high);   // of rows 4l + 2 and 4l + 3
    const __m512i minusEven = _mm512_sub_epi8(zero, even);
    const __m512i minusOdd = _mm512_sub_epi8(zero, odd);
    storeEveryFourth(_mm512_unpacklo_epi64(even, minusEven), 0, tables);
    storeEveryFourth(_mm512_unpackhi_epi64(even, minusEven), 1, tables);
    storeEveryFourth(_mm512_unpacklo_epi64(odd, minusOdd), 2, tables);
    storeEveryFourth(_mm512_unpackhi_epi64(odd, minusOdd), 3, tables);
}

}  // namespace

void quantize(const float* x, std::ptrdiff_t stride, int rows, int k, std::byte* block) {
    alignas(64) std::byte codes[Layout::kBytes];
    constexpr std::size_t kScalesBytes = kRowBlock * sizeof(float);
    for (int g = 0; g < k / kGroupSize; ++g) {
        avx512::quantize(x + g * kGroupSize, stride, rows, kGroupSize, ActivationBits::Int7, codes);
        for (int i = 0; i < kTableVectors; ++i) {
            buildTables(codes + i * kTableInputs * kRowBlock, block + i * kRowBlock * 64);
        }
        std::byte* scales = block + kTableVectors * kRowBlock * 64;
        std::memcpy(scales, codes + Layout::kScales, kScalesBytes);
        std::memset(scales + kScalesBytes, 0, 64 - kScalesBytes);
        block = scales + 64;
    }
}

}  // namespace penjing::kernels::avx512vbmi
